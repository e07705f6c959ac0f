import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { credentialFindings } from '@rolecall/aws'
import { startSimulator } from '@rolecall/simulator'
import { afterAll, expect, test } from 'vitest'
import { run } from '../src/run.ts'
import { directoryWith, rolecall } from './support/rolecall.ts'

const simulator = await startSimulator()
afterAll(() => simulator.close())
const { id, secret } = simulator.world.accounts[0]?.users?.[0]?.accessKeys?.[0] ?? {
  id: '',
  secret: '',
}

/** A home folder with a credentials file, and the variables that lead to it and to the simulator. */
function surroundings(credentials: string, more: Record<string, string> = {}) {
  const home = directoryWith({})
  mkdirSync(join(home, '.aws'))
  writeFileSync(join(home, '.aws', 'credentials'), credentials, { mode: 0o600 })
  return {
    HOME: home,
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_STS: simulator.stsEndpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...more,
  }
}

const profile = (name: string, key = secret) =>
  `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${key}\n`

test('credentials that work: which source wins, and whose they are', async () => {
  const env = surroundings(profile('default'))
  const { code, out, err } = await rolecall(['doctor', 'aws'], { env })
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^profile default, region eu-central-1$/m)
  expect(out).toMatch(/^- {6}env +environment variables .* neither is set$/m)
  expect(out).toMatch(new RegExp(`^wins   shared-credentials-file +${id}, the first source`, 'm'))
  expect(out).toMatch(/^\? {6}container-role +shared-credentials-file has credentials$/m)
  expect(out).toMatch(
    /^works: arn:aws:iam::100000000001:user\/rolecall of account 100000000001, from shared-credentials-file at http/m,
  )
  expect(out).not.toContain('\x1b')
  expect(out).not.toContain(secret)
})

test('credentials that do not: the finding, its remedy, and 8', async () => {
  const wrong = 'planted/secret+that+is+wrong/000000000000'
  const env = surroundings(profile('prod', wrong))
  const { code, out, err } = await rolecall(['doctor', 'aws', '--profile', 'prod'], { env })
  expect([code, err]).toEqual([8, ''])
  expect(out).toMatch(/^error key\.secret AWS: /m)
  expect(out).toMatch(/^ {2}remedy Set the secret again/m)
  expect(out).toMatch(/^does not work: the credentials of shared-credentials-file$/m)
  expect(out).not.toMatch(/planted/)
})

test('--json has the same keys every time, and no secret', async () => {
  const keys = [
    'works',
    'profile',
    'region',
    'endpoint',
    'sources',
    'winner',
    'identity',
    'clockAheadMs',
    'findings',
  ]
  for (const [credentials, works] of [
    [profile('default'), true],
    ['', false],
  ] as const) {
    const env = surroundings(credentials)
    const { code, out } = await rolecall(['doctor', 'aws', '--json'], { env })
    const report = JSON.parse(out)
    expect(Object.keys(report).sort()).toEqual([...keys].sort())
    expect([report.works, code]).toEqual([works, works ? 0 : 8])
    expect(out).not.toContain(secret)
  }
})

test('--offline asks nobody', async () => {
  const env = surroundings(profile('default'), { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' })
  const { code, out } = await rolecall(['doctor', 'aws', '--offline'], { env })
  expect(code).toBe(0)
  expect(out).toMatch(
    /^nothing wrong: shared-credentials-file has credentials; AWS was not asked$/m,
  )
  const half = surroundings('[default]\naws_access_key_id = AKIAROLECALLDEMOONLY\n')
  const broken = await rolecall(['doctor', 'aws', '--offline'], { env: half })
  expect(broken.out).toMatch(/^does not work: shared-credentials-file gives no credentials; AWS/m)
  const none = await rolecall(['doctor', 'aws', '--offline'], { env: surroundings('') })
  expect(none.code).toBe(8)
  expect(none.out).toMatch(/^does not work: no source has credentials; AWS was not asked$/m)
})

test('colours are for terminals, and control characters for nobody', async () => {
  const name = 'no\x1b[31mne'
  const said: string[] = []
  const out = { isTTY: true, write: (text: string) => said.push(text) }
  const env = surroundings('')
  const code = await run(['doctor', 'aws', '--offline', '--profile', name], {
    in: process.stdin,
    out,
    err: out,
    env,
  })
  expect(code).toBe(8)
  expect(said.join('')).toContain('\x1b[31merror\x1b[39m \x1b[1mprofile.unknown')
  expect(said.join('')).not.toContain(name)
})

test('the README has every finding', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  const rows = [...readme.matchAll(/^\| `([\w.-]+)` \| (\w+) \| (.*) \|$/gm)].map(
    ([, ...row]) => row,
  )
  expect(rows).toEqual(
    Object.entries(credentialFindings).map(([code, { severity, meaning }]) => [
      code,
      severity,
      meaning,
    ]),
  )
})

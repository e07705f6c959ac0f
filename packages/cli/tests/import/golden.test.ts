import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { exitCodes } from '../../src/exit-codes.ts'
import { inProcess } from '../support/in-process.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const golden = join(import.meta.dirname, 'golden')
const secrets = ['an-example-secret-of-no-use', 'another-example-secret', 'an-example-password']

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-import-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** The installations, and how each is imported. */
const cases = [
  ['afp', ['afp', 'afp', '--apache', 'afp/apache.conf'], 'refused'],
  ['afp-directory', ['afp', 'afp-directory', '--public-url', 'https://aws.example.com'], 'ok'],
  ['afp-odd', ['afp', 'afp-odd'], 'refused'],
  ['alppaca', ['afp', 'alppaca'], 'ok'],
  ['awscons', ['awscons', 'awscons/config.py'], 'ok'],
  ['awscons-full', ['awscons', 'awscons/full.py'], 'refused'],
] as const

describe.each(cases)('%s', (name, [verb, ...rest], reason) => {
  it('becomes the files that it should, with a report of every line', async () => {
    const place = join(directory, name)
    cpSync(fixtures, place, { recursive: true })
    const out = join(place, 'out.yaml')
    const parameters = rest.map(one => (/^(--|https:)/.test(one) ? one : join(place, one)))
    const run = await inProcess(['import', verb, ...parameters, '--out', out, '--json'])
    expect([run.code, run.err]).toEqual([exitCodes[reason].code, ''])
    const files = readdirSync(place).filter(file => file.startsWith('out.'))
    expect(JSON.parse(run.out).files).toHaveLength(files.length)
    for (const file of files) {
      const text = readFileSync(join(place, file), 'utf8').replaceAll(`${place}/`, '')
      if (file.endsWith('.secret')) {
        expect(statSync(join(place, file)).mode & 0o777).toBe(0o600)
        continue
      }
      for (const secret of secrets) expect(`${text}${run.out}`).not.toContain(secret)
      await expect(text).toMatchFileSnapshot(join(golden, name, file))
    }
  })
})

describe('what is there already', () => {
  it('is not replaced without --force, and then nothing is written', async () => {
    const place = mkdtempSync(join(tmpdir(), 'rolecall-import-'))
    onTestFinished(() => rmSync(place, { recursive: true, force: true }))
    cpSync(fixtures, place, { recursive: true })
    const out = join(place, 'out.yaml')
    const parameters = ['import', 'awscons', join(place, 'awscons/config.py'), '--out', out]
    expect((await inProcess(parameters)).code).toBe(0)
    const before = readFileSync(out, 'utf8')
    const again = await inProcess([...parameters, '--report', join(place, 'new.md')])
    expect(again.code).toBe(exitCodes.refused.code)
    expect(again.err).toContain('is there already')
    expect(readdirSync(place)).not.toContain('new.md')
    const forced = await inProcess([...parameters, '--force', '--public-url', 'https://a.example'])
    expect(forced.code).toBe(0)
    expect(readFileSync(out, 'utf8')).not.toBe(before)
    expect(readdirSync(place).filter(file => file.endsWith('.new'))).toEqual([])
  })
})

it('secrets become variables on request, and are nowhere then', async () => {
  const place = mkdtempSync(join(tmpdir(), 'rolecall-import-'))
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  const out = join(place, 'out.yaml')
  const run = await inProcess([
    ...['import', 'afp', join(fixtures, 'afp-directory'), '--out', out, '--secrets', 'env'],
  ])
  expect(run.err).toContain('set ROLECALL_LDAP_BIND_PASSWORD for the gateway')
  expect(readFileSync(out, 'utf8')).toContain('password: {env: ROLECALL_LDAP_BIND_PASSWORD}')
  expect(readdirSync(place).sort()).toEqual(['out.import.md', 'out.yaml'])
})

it.each([
  [['afp', '/not/there'], 'there is no configuration in /not/there'],
  [['awscons', '/not/there.py'], '/not/there.py cannot be read: ENOENT'],
])('%j: said in one line with a hint', async (parameters, message) => {
  const run = await inProcess(['import', ...parameters])
  expect([run.code, run.out]).toEqual([exitCodes.refused.code, ''])
  expect(run.err).toContain(`rolecall: ${message}`)
  expect(run.err).toContain('hint: ')
})

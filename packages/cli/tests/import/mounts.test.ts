import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { inProcess } from '../support/in-process.ts'
import { directoryWith } from '../support/rolecall.ts'

const provider = 'aws_federation_proxy.provider'
const group = `api: {user_identification: {environment_field: REMOTE_USER}}
provider: {module: ${provider}.grp_provider, regex: '(?P<account>.*)-(?P<role>.*)'}
`
const machine = `api: {user_identification: {environment_field: HTTP_X_FORWARDED_FOR}}
provider: {module: ${provider}.provider_by_ip, allowed_domains: [rz.example.com], account_name: prod}
`

async function importMounts(mounts: Readonly<Record<string, string>>, apache = '') {
  const directory = directoryWith({ 'apache.conf': apache })
  for (const [name, text] of Object.entries(mounts)) {
    mkdirSync(join(directory, 'afp', name), { recursive: true })
    writeFileSync(join(directory, 'afp', name, 'all.yaml'), text)
  }
  const out = join(directory, 'out.yaml')
  const run = await inProcess([
    ...['import', 'afp', join(directory, 'afp'), '--out', out, '--json'],
    ...['--apache', join(directory, 'apache.conf')],
  ])
  return { run, report: JSON.parse(run.out), file: parse(readFileSync(out, 'utf8')) }
}

const location = (prefix: string, name: string) =>
  `<Location ${prefix}>\n  SetEnv CONFIG_PATH "/etc/afp-core/${name}"\n</Location>\n`

test('mounts of the same kind stand beside each other, and share one source of people', async () => {
  const { file } = await importMounts({
    ...{ a: group, b: group, m: machine, n: machine },
    accounts: 'prod: {id: "111122223333"}\n',
  })
  const prefixes = file.federationApi.map((one: { prefix: string }) => one.prefix)
  expect(prefixes).toEqual(['/afp-api/latest', '/afp-api/afp-b', '/latest', '/machines/afp-n'])
  expect(file.signIn.headers).toHaveLength(1)
  expect(file.grants.map((one: { name: string }) => one.name)).toEqual([
    ...['afp-a', 'afp-b', 'afp-m', 'afp-n'],
  ])
})

test.each([
  ['/api/latest/human', '/api/latest/human', false],
  ['/api', '/afp-api/latest', true],
  ['/signin/afp', '/afp-api/latest', true],
  ['/a b', '/afp-api/latest', true],
])('Apache had it at %s: it is at %s', async (before, now, isAsked) => {
  const { file, report } = await importMounts({ a: group }, location(before, 'a'))
  expect(file.federationApi).toEqual([{ prefix: now, for: 'people', sources: ['proxy'] }])
  const asked = report.questions.some((one: { key: string }) => one.key === 'federationApi.prefix')
  expect(asked).toBe(isAsked)
})

test('one configuration that Apache had at two places is at both', async () => {
  const mounts = { m: machine, accounts: 'prod: {id: "111122223333"}\n' }
  const apache = location('/api/latest/machine', 'm') + location('/latest', 'm')
  const { file, report } = await importMounts(mounts, apache)
  expect(file.federationApi).toEqual([
    { prefix: '/api/latest/machine', for: 'machines' },
    { prefix: '/latest', for: 'machines' },
  ])
  const asked = report.questions.map((one: { key: string }) => one.key)
  expect(asked).not.toContain('federationApi.prefix')
  expect(asked.filter((key: string) => key === 'federationApi.hosts')).toHaveLength(1)
})

test('a machine mount behind a proxy trusts none until somebody says which', async () => {
  const { file, report } = await importMounts({
    m: machine,
    accounts: 'prod: {id: "111122223333"}\n',
  })
  expect(file.listen.trustedProxies).toEqual([])
  expect(file.signIn.machines.networks).toEqual(['127.0.0.0/8'])
  expect(report.questions.map((one: { key: string }) => one.key)).toEqual([
    ...['publicUrl', 'listen.trustedProxies', 'signIn.machines.networks'],
    ...['federationApi.hosts', 'federationApi.prefix'],
  ])
})

test.each([
  ['two sets of accounts', { a: 'x: {id: 1}\n', b: 'y: {id: 2}\n' }],
  ['an empty directory of accounts', {}],
])('%s: said in one line with a hint', async (_title, mounts) => {
  const directory = directoryWith({})
  mkdirSync(join(directory, 'afp'))
  for (const [name, text] of Object.entries(mounts)) {
    mkdirSync(join(directory, 'afp', name))
    writeFileSync(join(directory, 'afp', name, 'all.yaml'), text)
  }
  const { code, err } = await inProcess(['import', 'afp', join(directory, 'afp')])
  expect(code).toBe(5)
  expect(err).toMatch(/^rolecall: .*\nhint: .*\n$/)
})

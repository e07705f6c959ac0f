import { join } from 'node:path'
import { demoWorld, startSimulator, type World } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { inProcess } from './support/in-process.ts'
import { directoryWith } from './support/rolecall.ts'

const [management] = demoWorld.accounts
const user = management?.users?.[0]
const key = user?.accessKeys?.[0]
if (management === undefined || user === undefined || key === undefined) {
  throw new Error('the demo world has no gateway user')
}
const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${management.id}:user/${user.name}` },
      Action: 'sts:AssumeRole',
    },
  ],
}
const policies = [
  {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['iam:*', 'organizations:ListAccounts', 'organizations:ListTagsForResource'],
        Resource: '*',
      },
    ],
  },
]
const reader = { name: 'Reader', trust, policies }
const world: World = {
  accounts: [
    { id: management.id, name: 'Main', roles: [reader], users: [{ ...user, mayAssume: ['*'] }] },
    {
      id: '100000000099',
      name: 'Prod',
      tags: { stage: 'prod' },
      roles: [reader, { name: 'Ops', trust, tags: { a: 'b' } }],
    },
    { id: '100000000098', name: 'Shut' },
  ],
  organization: { managementAccount: management.id },
}

async function start() {
  const simulator = await startSimulator({ world })
  onTestFinished(() => simulator.close())
  const { url, stsEndpoint } = simulator
  const cwd = directoryWith({
    'c.yaml': `publicUrl: http://localhost:8080
store: {file: db}
aws:
  credentials: {source: static, accessKeyId: {env: ID}, secretAccessKey: {env: KEY}}
  endpoints: {sts: "${stsEndpoint}", iam: "${url}", organizations: "${url}"}
accounts: {main: {id: "${management?.id}"}}
discovery:
  organizations: {role: "arn:aws:iam::${management?.id}:role/Reader"}
  roles: {role: Reader}
`,
  })
  const env = { ID: key?.id ?? '', KEY: key?.secret ?? '' }
  return (...options: string[]) =>
    inProcess(['accounts', '-c', join(cwd, 'c.yaml'), ...options], '', env)
}

test('says what is not read yet, reads it, and keeps it', async () => {
  const accounts = await start()
  const before = await accounts()
  expect(before).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^main +\d{12} +file +- +-\n$/),
  })
  expect(before.err).toContain('1 account not read yet; --refresh reads now\n')
  const read = await accounts('--refresh')
  expect(read.out.split('\n')).toEqual([
    expect.stringMatching(/^main +\d{12} +file +1 role +20\S+Z$/),
    expect.stringMatching(/^prod +100000000099 +organization +2 roles +20\S+Z$/),
    expect.stringMatching(/^shut +100000000098 +organization +- +- +AccessDenied: /),
    '',
  ])
  expect((await accounts()).out).toBe(read.out)
})

test('--json has the roles with their tags', async () => {
  const accounts = await start()
  const { out } = await accounts('--refresh', '--json')
  const [, prod] = JSON.parse(out).accounts
  expect(prod).toMatchObject({
    alias: 'prod',
    tags: { stage: 'prod' },
    from: 'organization',
    found: 2,
    roles: [
      { name: 'Ops', path: '/', arn: 'arn:aws:iam::100000000099:role/Ops', tags: { a: 'b' } },
      { name: 'Reader', tags: {} },
    ],
  })
})

test('without discovery it lists the accounts of the file, and says how to have more', async () => {
  const cwd = directoryWith({
    'c.yaml':
      'publicUrl: http://localhost:8080\nstore: {file: db}\naccounts: {main: {id: "100000000001"}}\n',
  })
  const { code, out, err } = await inProcess(['accounts', '-c', join(cwd, 'c.yaml')])
  expect([code, out]).toEqual([0, 'main  100000000001  file  -  -\n'])
  expect(err).toBe(
    '1 account\nhint: `discovery` in the configuration reads accounts and roles of AWS\n',
  )
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SimulatorError } from '../errors.ts'
import { demoWorld } from './demo.ts'
import { loadWorld } from './load.ts'
import type { World } from './schema.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-world-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function refusal(input: Parameters<typeof loadWorld>[0]): Promise<SimulatorError> {
  const error = await loadWorld(input).then(
    () => undefined,
    cause => cause,
  )
  if (!(error instanceof SimulatorError)) throw new Error('the world was accepted')
  return error
}

async function yaml(text: string): Promise<{ file: string }> {
  const file = join(folder, `${crypto.randomUUID()}.yaml`)
  await writeFile(file, text)
  return { file }
}

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
}

test('the demo has six accounts, fourteen roles for people and three people', async () => {
  const { world } = await loadWorld(demoWorld)
  expect(world.accounts.size).toBe(6)
  const all = [...world.roles.values()]
  const roles = all.filter(({ name }) => name !== 'RolecallReader').map(({ path }) => path)
  expect(all.length - roles.length).toBe(6)
  expect(roles.filter(path => !path.startsWith('/aws-reserved/'))).toHaveLength(14)
  expect(roles.filter(path => path.startsWith('/aws-reserved/'))).toHaveLength(3)
  expect([...world.people.keys()]).toEqual(['alice', 'bob', 'carol'])
  const admin = world.roles.get('arn:aws:iam::100000000002:role/Administrator')
  expect(admin?.maxSessionDuration).toBe(3600)
  expect(admin?.id).toMatch(/^AROA[A-Z2-7]{17}$/)
  expect(world.roles.has('arn:aws:iam::100000000002:role/ci/Deploy')).toBe(true)
})

test('a YAML file is read, with metadata from files beside it', async () => {
  await writeFile(join(folder, 'sp.xml'), '<sp/>')
  const input = await yaml(`
accounts:
  - id: "111122223333"
    roles:
      - name: Reader
        trust:
          Version: "2012-10-17"
          Statement: { Effect: Allow, Principal: { AWS: "*" }, Action: sts:AssumeRole }
idp:
  serviceProviders: [{ file: sp.xml }]
`)
  const { world } = await loadWorld(input)
  expect([...world.roles.keys()]).toEqual(['arn:aws:iam::111122223333:role/Reader'])
  expect(world.serviceProviders).toEqual(['<sp/>'])
})

test('every problem is reported together: file, key, value, remedy', async () => {
  const input = await yaml(`
accounts:
  - id: 111122223333
    colour: red
    roles: [{ name: "a b", trust: {}, maxSessionDuration: 60 }]
`)
  const error = await refusal(input)
  expect(error.code).toBe('world_invalid')
  expect(error.problems.map(({ key, value }) => [key, value])).toEqual([
    ['accounts.0.id', '111122223333'],
    ['accounts.0.roles.0.name', '"a b"'],
    ['accounts.0.roles.0.maxSessionDuration', '60'],
    ['accounts.0', '{id, colour, roles}'],
  ])
  for (const problem of error.problems) {
    expect(problem.file).toBe(input.file)
    expect(problem.remedy).not.toBe('')
    expect(error.message).toContain(problem.key)
  }
})

test.each<[string, World, string]>([
  [
    'names used twice',
    {
      accounts: [
        {
          id: '111122223333',
          roles: [
            { name: 'A', trust },
            { name: 'a', trust },
          ],
        },
      ],
    },
    'accounts.0.roles.1.name',
  ],
  [
    'accounts used twice',
    { accounts: [{ id: '111122223333' }, { id: '111122223333' }] },
    'accounts.1.id',
  ],
  [
    'a principal of this world that does not exist',
    {
      accounts: [
        {
          id: '111122223333',
          roles: [
            {
              name: 'A',
              trust: {
                Statement: {
                  Effect: 'Allow',
                  Principal: { AWS: 'arn:aws:iam::111122223333:user/nobody' },
                  Action: 'sts:AssumeRole',
                },
              },
            },
          ],
        },
      ],
    },
    'accounts.0.roles.0.trust',
  ],
  [
    'an operator that is not known',
    {
      accounts: [
        {
          id: '111122223333',
          roles: [
            {
              name: 'A',
              trust: {
                Statement: {
                  Effect: 'Allow',
                  Principal: '*',
                  Action: 'sts:AssumeRole',
                  Condition: { StringIs: { 'sts:ExternalId': 'x' } },
                },
              },
            },
          ],
        },
      ],
    },
    'accounts.0.roles.0.trust.Statement.Condition.StringIs',
  ],
  [
    'a managed policy that is not there',
    {
      accounts: [
        {
          id: '111122223333',
          users: [{ name: 'u', managedPolicies: ['arn:aws:iam::aws:policy/Nothing'] }],
        },
      ],
    },
    'accounts.0.users.0.managedPolicies.0',
  ],
  [
    'the managed policy of another account',
    {
      accounts: [
        {
          id: '444455556666',
          policies: [{ name: 'Own', document: { Version: '2012-10-17', Statement: [] } }],
        },
        {
          id: '111122223333',
          users: [{ name: 'u', managedPolicies: ['arn:aws:iam::444455556666:policy/Own'] }],
        },
      ],
    },
    'accounts.1.users.0.managedPolicies.0',
  ],
  [
    'a device that two users have',
    {
      accounts: [
        {
          id: '111122223333',
          users: ['a', 'b'].map(name => ({
            name,
            mfaDevices: [{ serial: 'GAHT12345678', secret: 'JBSWY3DPEHPK3PXP' }],
          })),
        },
      ],
    },
    'accounts.0.users.1.mfaDevices.0.serial',
  ],
  [
    'an issuer with a query',
    {
      accounts: [
        { id: '111122223333', oidcProviders: [{ url: 'https://a.example?x', clientIds: ['c'] }] },
      ],
    },
    'accounts.0.oidcProviders.0.url',
  ],
  [
    'an issuer in the clear that is not on loopback',
    {
      accounts: [
        { id: '111122223333', oidcProviders: [{ url: 'http://a.example', clientIds: ['c'] }] },
      ],
    },
    'accounts.0.oidcProviders.0.url',
  ],
  [
    'keys that are not on loopback',
    {
      accounts: [
        {
          id: '111122223333',
          oidcProviders: [
            {
              url: 'https://a.example',
              clientIds: ['c'],
              jwks: { url: 'http://127.0.0.1.a.example/jwks' },
            },
          ],
        },
      ],
    },
    'accounts.0.oidcProviders.0.jwks.url',
  ],
  [
    'the role trust of a provider that is not there',
    {
      accounts: [
        {
          id: '111122223333',
          roles: [
            {
              name: 'A',
              trust: {
                Statement: {
                  Effect: 'Allow',
                  Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/a.example' },
                  Action: 'sts:AssumeRoleWithWebIdentity',
                },
              },
            },
          ],
        },
      ],
    },
    'accounts.0.roles.0.trust',
  ],
  [
    'an organization of nobody',
    {
      accounts: [{ id: '111122223333' }],
      organization: { managementAccount: '444455556666' },
    },
    'organization.managementAccount',
  ],
  [
    'a delegated administrator that is not there',
    {
      accounts: [{ id: '111122223333' }],
      organization: {
        managementAccount: '111122223333',
        delegatedAdministrators: ['444455556666'],
      },
    },
    'organization.delegatedAdministrators.0',
  ],
  [
    'an assignment of what is not there, where nothing is, to nobody',
    {
      accounts: [{ id: '111122223333' }],
      identityCenter: {
        permissionSets: [{ name: 'Look' }],
        assignments: [{ account: '111122223333', permissionSet: 'Look', people: ['nobody'] }],
      },
    },
    'identityCenter.assignments.0.people.0',
  ],
  [
    'an assignment of a permission set that is not there',
    {
      accounts: [{ id: '111122223333' }],
      identityCenter: { assignments: [{ account: '111122223333', permissionSet: 'Look' }] },
    },
    'identityCenter.assignments.0.permissionSet',
  ],
])('refuses %s', async (_, world, key) => {
  const { problems } = await refusal(world)
  expect(problems.map(problem => problem.key)).toEqual([key])
})

test('identity policies come from `policies` and from `mayAssume`', async () => {
  const statement = { Effect: 'Deny', Action: 'sts:*', Resource: '*' }
  const { world } = await loadWorld({
    accounts: [
      {
        id: '111122223333',
        users: [{ name: 'u', mayAssume: ['arn:x*'], policies: [{ Statement: statement }] }],
        roles: [{ name: 'r', trust, mayAssume: ['*'] }],
      },
    ],
  })
  const user = world.users.get('arn:aws:iam::111122223333:user/u')
  expect(user?.identity.flatMap(policy => policy.statements.map(each => each.effect))).toEqual([
    'Deny',
    'Allow',
  ])
  expect(user?.identity[1]?.statements[0]?.resources).toEqual(['arn:x*'])
  const role = world.roles.get('arn:aws:iam::111122223333:role/r')
  expect(role?.identity).toHaveLength(1)
})

test('secrets are not in problems', async () => {
  const key = { id: 'AKIA', secret: 'hush-hush' }
  const person = { username: 'a', password: 'hush-hush', groups: 7 }
  const error = await refusal({
    accounts: [{ id: '111122223333', users: [{ name: 'u', accessKeys: [key], extra: 1 }] }],
    idp: { people: [person, { username: 'b', password: ['hush-hush'] }] },
  } as unknown as World)
  expect(error.problems.length).toBeGreaterThanOrEqual(5)
  expect(error.message).toContain('[redacted]')
  expect(`${error.message}${JSON.stringify(error.problems)}`).not.toContain('hush-hush')
})

test('the keys of an issuer may be in a file beside the world', async () => {
  const key = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }
  await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys: [key] }))
  await writeFile(join(folder, 'broken.json'), '{"keys": 7}')
  const world = (file: string) =>
    yaml(`
accounts:
  - id: "111122223333"
    oidcProviders: [{ url: "https://a.example", clientIds: [c], jwks: { file: ${file} } }]
`)
  const loaded = (await loadWorld(await world('jwks.json'))).world
  const provider = loaded.oidcProviders.get('arn:aws:iam::111122223333:oidc-provider/a.example')
  expect(provider?.keys).toEqual({ kind: 'jwks', keys: [key] })
  const { problems } = await refusal(await world('broken.json'))
  expect(problems.map(problem => problem.key)).toEqual(['accounts.0.oidcProviders.0.jwks.file'])
})

test('the seed of a device is not in problems', async () => {
  const error = await refusal({
    accounts: [
      { id: '111122223333', users: [{ name: 'u', mfaDevices: [{ secret: 'hush-hush' }] }] },
    ],
  })
  expect(error.message).toContain('[redacted]')
  expect(`${error.message}${JSON.stringify(error.problems)}`).not.toContain('hush-hush')
})

test.each([
  ['no file', { file: '/nowhere/world.yaml' }],
  ['duplicate keys', 'accounts: []\naccounts: []\n'],
  ['broken YAML', 'accounts: [\n'],
  [
    'an alias bomb',
    `a: &a [${'x,'.repeat(99)}x]\nb: &b [${'*a,'.repeat(99)}*a]\nc: [${'*b,'.repeat(99)}*b]\n`,
  ],
])('says that it cannot read: %s', async (_, input) => {
  const error = await refusal(typeof input === 'string' ? await yaml(input) : input)
  expect(error.code).toBe('world_unreadable')
})

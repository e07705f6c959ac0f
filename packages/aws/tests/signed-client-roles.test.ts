import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AuthData, StsParams } from '../src/index.ts'
import {
  callerIdentity,
  propertiesOf,
  roleArn,
  runWorld,
  userArn,
  variablesOf,
} from './signed-client-world.ts'

const { client, forward, simulator } = await runWorld()

/** Each row of the decision table: what names a role, then the roles that are taken in both orders. */
const table: [adapter: boolean, named: boolean, params: boolean, string[], string[]][] = [
  [false, false, false, [], []],
  [false, false, true, ['Params'], ['Params']],
  [false, true, false, ['Named'], ['Named']],
  [false, true, true, ['Named', 'Params'], ['Params']],
  [true, false, false, ['Adapter'], ['Adapter']],
  [true, true, false, ['Adapter', 'Named'], ['Named']],
  [true, true, true, ['Adapter', 'Named'], ['Params']],
  [true, false, true, ['Adapter', 'Params'], ['Params']],
]
const orders = table.flatMap(([adapter, named, params, asAdapter, asCall]) => [
  { adapter, named, params, rolePriority: 'adapter' as const, roles: asAdapter },
  { adapter, named, params, rolePriority: 'call' as const, roles: asCall },
])

it('the table of the README is this one', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const names: Record<string, string> = {
    Adapter: 'aws_iam_role',
    Named: 'roleName',
    Params: 'stsParams',
  }
  const mark = (isGiven: boolean) => (isGiven ? 'yes' : '-')
  const taken = (roles: string[]) => roles.map(role => names[role]).join(', ') || 'base identity'
  for (const [adapter, named, params, asAdapter, asCall] of table) {
    const cells = [mark(adapter), mark(named), mark(params), taken(asAdapter), taken(asCall)]
    expect(readme).toContain(`\n| ${cells.join(' | ')} |\n`)
  }
  expect(readme.match(/^\| (?:yes|-) \| (?:yes|-) \| /gm)).toHaveLength(table.length)
})

const authDataOf = (named: boolean, params: boolean): AuthData => ({
  ...(named ? { roleName: roleArn('Named') } : {}),
  ...(params ? { stsParams: { RoleArn: roleArn('Params'), RoleSessionName: 'task' } } : {}),
})

describe.each([
  ['the keys of the properties', propertiesOf('adapter'), {}, 'adapter'],
  ['empty keys and the environment', { aws_access_key: '', aws_secret_key: '' }, 'pod', 'pod'],
])('with %s', (_name, keys, env, user) => {
  it.each(orders)(
    'aws_iam_role $adapter, roleName $named, stsParams $params, by $rolePriority: $roles',
    async ({ adapter, named, params, rolePriority, roles }) => {
      const authentication = { ...keys, aws_iam_role: adapter ? roleArn('Adapter') : '' }
      const from = client(authentication, {
        rolePriority,
        ...(env === 'pod' ? { env: variablesOf('pod') } : {}),
      })
      const arn = await from.whoIs({ authData: authDataOf(named, params) })
      const last = roles.at(-1)
      const session = last === 'Params' ? 'task' : 'adapter-1-[0-9]{13}'
      expect(arn).toMatch(
        last === undefined
          ? userArn(user)
          : new RegExp(`^arn:aws:sts::111122223333:assumed-role/${last}/${session}$`),
      )
      const taken = from.assumed.map(({ body }) => new URLSearchParams(`${body}`).get('RoleArn'))
      expect(taken).toEqual(roles.map(roleArn))
      // Each role is taken with the one before it, the first with the base identity.
      const signers = from.assumed.map(
        ({ headers }) => /Credential=(\w{4})/.exec(headers.authorization ?? '')?.[1],
      )
      expect(signers).toEqual(roles.map((_role, at) => (at === 0 ? 'AKIA' : 'ASIA')))
    },
  )
})

describe('a role session', () => {
  it('is taken once for a thousand calls', async () => {
    const { credentialsFor, assumed, whoIs, sign } = client(propertiesOf('adapter'))
    const authData = { stsParams: { RoleArn: roleArn('Params') } }
    await whoIs({ authData })
    const request = { method: 'GET', path: '/', authData }
    await Promise.all(Array.from({ length: 500 }, () => sign(request)))
    for (let call = 0; call < 499; call += 1) await sign(request)
    await credentialsFor(authData)
    expect(assumed).toHaveLength(1)
  })

  it('is another one for another role, name, policy, tag, external id or duration', async () => {
    const { credentialsFor, assumed } = client(propertiesOf('adapter'))
    const RoleArn = roleArn('Params')
    const policy = '{"Version":"2012-10-17","Statement":[]}'
    const different = [
      { RoleArn },
      { RoleArn: roleArn('Named') },
      { RoleArn, RoleSessionName: 'bob' },
      { RoleArn, Policy: policy },
      { RoleArn, Tags: [{ Key: 'Team', Value: 'net' }] },
      { RoleArn, Tags: [{ Key: 'Team', Value: 'web' }] },
      { RoleArn, Tags: [{ Key: 'Team', Value: 'net' }], TransitiveTagKeys: ['Team'] },
      { RoleArn, ExternalId: 'agreed' },
      { RoleArn, SourceIdentity: 'alice' },
      { RoleArn, DurationSeconds: 900 },
    ]
    const keys = new Set<string>()
    for (const round of [1, 2]) {
      for (const stsParams of different) {
        keys.add((await credentialsFor({ stsParams })).accessKeyId)
      }
      expect([round, keys.size, assumed.length]).toEqual([
        round,
        different.length,
        different.length,
      ])
    }
  })

  it('is the same for tags in another order', async () => {
    const { credentialsFor, assumed } = client(propertiesOf('adapter'))
    const [a, b] = ['a', 'b'].map(Key => ({ Key, Value: '1' }))
    if (a === undefined || b === undefined) throw new Error('two tags are needed')
    const RoleArn = roleArn('Params')
    // From a file, where null is nothing given.
    const stsParams: StsParams = JSON.parse(
      JSON.stringify({ RoleArn, Tags: [a, b], ExternalId: null }),
    )
    await credentialsFor({ stsParams })
    await credentialsFor({ stsParams: { Tags: [b, a], RoleArn } })
    expect(assumed).toHaveLength(1)
  })

  it('is renewed before it ends, by one call', async () => {
    const { credentialsFor, assumed } = client({
      ...propertiesOf('adapter'),
      aws_iam_role: roleArn('Adapter'),
    })
    const first = await credentialsFor()
    forward(3590)
    await credentialsFor()
    forward(20)
    const later = await Promise.all(Array.from({ length: 50 }, () => credentialsFor()))
    expect(later.every(each => each.accessKeyId !== first.accessKeyId)).toBe(true)
    expect(assumed.length).toBe(2)
  })

  it('carries duration, tags and external id to AWS', async () => {
    const { whoIs, assumed, credentialsFor } = client(propertiesOf('adapter'))
    const tagged = {
      stsParams: {
        RoleArn: roleArn('Tagged'),
        Tags: [{ Key: 'Team', Value: 'net' }],
        DurationSeconds: 7200,
      },
    }
    expect(await whoIs({ authData: tagged })).toContain('assumed-role/Tagged/')
    const left = ((await credentialsFor(tagged)).expiration?.getTime() ?? 0) - Date.now()
    expect(left).toBeGreaterThan(7_000_000)
    expect(assumed[0]?.body).toContain('Tags.member.1.Key=Team')
  })
})

it('null is nothing given, as adapters have it', async () => {
  const from = client({ ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') })
  for (const authData of [null, {}, { stsParams: null, roleName: null }, { roleName: '' }]) {
    expect(await from.whoIs({ authData, callProperties: null })).toContain('/Adapter/')
  }
  const signed = await from.sign({ method: 'GET', path: '/', body: null })
  expect(signed).not.toHaveProperty('Content-Type')
})

describe('the external id', () => {
  it('of aws_sts goes to the last role, below that of stsParams, and never to the first of two', async () => {
    const aws_sts = { externalId: 'agreed' }
    const from = client({
      ...propertiesOf('adapter'),
      aws_sts: { endpoint: simulator.stsEndpoint, ...aws_sts },
      aws_iam_role: roleArn('NoStrangers'),
    })
    const stsParams = { RoleArn: roleArn('Agreed') }
    expect(await from.whoIs({ authData: { stsParams } })).toContain('assumed-role/Agreed/')
    await expect(
      from.credentialsFor({ stsParams: { ...stsParams, ExternalId: 'other' } }),
    ).rejects.toMatchObject({ code: 'AccessDenied' })
    const sent = from.assumed.map(({ body }) => new URLSearchParams(`${body}`).get('ExternalId'))
    expect(sent).toEqual([null, 'agreed', 'other'])
  })
})

describe('a call that names a role badly is refused', () => {
  it.each<[object, string, string]>([
    [{ stsParams: {} }, 'invalid_argument', 'authData.stsParams.RoleArn'],
    [{ stsParams: { RoleArn: 'Admin' } }, 'bad_arn', 'Admin'],
    [{ roleName: 'Admin' }, 'bad_arn', 'Admin'],
    [{ roleArn: roleArn('Named') }, 'invalid_argument', 'authData.roleArn'],
    [
      { stsParams: { RoleArn: roleArn('Params'), policy: '{}' } },
      'invalid_argument',
      'stsParams.policy',
    ],
    [
      { stsParams: { RoleArn: roleArn('Params'), DurationSeconds: 60 } },
      'invalid_argument',
      'durationSeconds',
    ],
    [
      { stsParams: { RoleArn: roleArn('Params'), RoleSessionName: 'a b' } },
      'invalid_argument',
      'roleSessionName',
    ],
    ...Object.entries({
      // AWS passes over parameters in another form: the session would have no policy.
      Policy: ['{"Statement":[]}'],
      PolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      Tags: [null],
      TransitiveTagKeys: 'Team',
      SourceIdentity: ['alice'],
      RoleSessionName: {},
      DurationSeconds: '900',
    }).map(([key, value]): [object, string, string] => [
      { stsParams: { RoleArn: roleArn('Params'), [key]: value } },
      'invalid_argument',
      `stsParams.${key}`,
    ]),
    [
      { stsParams: { RoleArn: roleArn('Params'), Policy: null } },
      'invalid_argument',
      'stsParams.Policy',
    ],
  ])('%j: %s', async (authData, code, named) => {
    const from = client(propertiesOf('adapter'))
    await expect(from.request({ ...callerIdentity, authData })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(named),
    })
    expect(from.assumed).toEqual([])
  })

  it('more than an hour through another role is explained before AWS is asked', async () => {
    const from = client({ ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') })
    const stsParams = { RoleArn: roleArn('Params'), DurationSeconds: 7200 }
    await expect(from.credentialsFor({ stsParams })).rejects.toMatchObject({
      code: 'role_chaining',
      message: expect.stringContaining('credentials of another role'),
    })
    expect(from.assumed).toEqual([])
  })
})

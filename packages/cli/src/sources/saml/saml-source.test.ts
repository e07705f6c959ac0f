import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { httpSend } from '@rolecall/aws'
import { type AssertionOptions, issueResponse, type ResponseSigning } from '@rolecall/saml'
import { startSimulator } from '@rolecall/simulator'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import type { Ask } from '../../ask/ask.ts'
import { chooseConnection } from '../../connections/choose-connection.ts'
import type { Provider, SignInParts } from '../../providers/provider.ts'
import { signInWithSaml } from './saml-source.ts'

const simulator = await startSimulator()
afterAll(() => simulator.close())

const prefix = 'https://aws.amazon.com/SAML/Attributes/'
const arn = (account: string, name: string) => `arn:aws:iam::10000000000${account}:role/${name}`
const saml = (account: string) => `arn:aws:iam::10000000000${account}:saml-provider/company`
const pair = (account: string, name: string) => `${arn(account, name)},${saml(account)}`

const { privateKey: otherKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

interface Issue {
  readonly attributes?: Record<string, string | string[]>
  readonly options?: Partial<AssertionOptions>
  readonly signing?: Partial<ResponseSigning>
}

/** A response of the company's own IdP, in base64. */
function response({ attributes = {}, options = {}, signing = {} }: Issue = {}): string {
  const facts = { Role: [pair('2', 'ReadOnly')], RoleSessionName: 'alice', ...attributes }
  const xml = issueResponse(
    {
      idp: { entityId: simulator.idp.entityId },
      sp: { entityId: 'urn:amazon:webservices', acsUrl: 'https://signin.aws.amazon.com/saml' },
      subject: { nameId: 'alice', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
      attributes: Object.entries(facts).map(([name, value]) => [prefix + name, value] as const),
      now: new Date(),
      ...options,
    },
    { key: simulator.idp.signingKey, sign: 'assertion', ...signing },
  )
  return Buffer.from(xml).toString('base64')
}

interface World {
  readonly responses: readonly string[]
  readonly section?: string
  readonly files?: Record<string, string>
  readonly accountNames?: ReadonlyMap<string, string>
  readonly acsUrl?: string
  readonly stored?: Map<string, string>
  readonly env?: Record<string, string>
  readonly now?: () => Date
}

/** A sign-in with a provider that gives these responses one after the other. */
async function world({ responses, section = '', files = {}, accountNames, ...more }: World) {
  const home = mkdtempSync(join(tmpdir(), 'rolecall-saml-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
  mkdirSync(join(home, '.config/rolecall'), { recursive: true })
  writeFileSync(
    join(home, '.config/rolecall/config'),
    `[w]\nprovider = JumpCloud\nurl = https://idp.example/app\n${section.replaceAll('HOME', home)}\n`,
  )
  const env = {
    HOME: home,
    AWS_ENDPOINT_URL_STS: simulator.stsEndpoint,
    AWS_ENDPOINT_URL_IAM: simulator.url,
    ...more.env,
  }
  const said: string[] = []
  let signIns = 0
  const provider: Provider = {
    mfa: ['Auto'],
    async signIn() {
      const samlResponse = responses[Math.min(signIns, responses.length - 1)] ?? ''
      signIns += 1
      return { samlResponse, acsUrl: more.acsUrl, accountNames }
    },
  }
  const stored = more.stored ?? new Map<string, string>()
  const never = async (): Promise<never> => {
    throw new Error('nobody is asked')
  }
  const ask: Ask = {
    possible: false,
    ...{ text: never, password: never, code: never, choice: never, confirm: never },
    waiting: () => ({ done() {} }),
    tell: line => said.push(line),
  }
  const out = { write: () => true }
  const parts: SignInParts = {
    send: httpSend,
    ask,
    login: never,
    remembered: {
      get: async name => stored.get(name),
      set: async (name, value) => void stored.set(name, value),
      delete: async name => void stored.delete(name),
    },
    securityKey: { available: async () => ({ ok: false, why: 'none' }), assert: never },
    openBrowser: never,
    now: more.now ?? (() => new Date()),
    sleep: async () => undefined,
    random: bytes => new Uint8Array(bytes),
    terminal: { in: new PassThrough(), out, err: out, env },
  }
  const connection = await chooseConnection({ connection: 'w' }, env)
  const count = () => signIns
  return { signIn: () => signInWithSaml(connection, provider, parts), said, stored, count }
}

const failure = (reason: string, message: RegExp, hint = /./) =>
  expect.objectContaining({
    reason,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  })

test('a response that goes to somebody else is not sent to AWS', async () => {
  const env = { AWS_ENDPOINT_URL_STS: '' }
  const acsUrl = 'https://wiki.example/saml/acs'
  const other = await world({ responses: [response()], acsUrl, env })
  await expect(other.signIn()).rejects.toMatchObject({
    reason: 'provider',
    message: 'the response of the identity provider is for wiki.example, not for AWS',
  })
  const toAws = 'https://eu-central-1.signin.aws.amazon.com/saml'
  const { signIn } = await world({ responses: [response()], acsUrl: toAws, env })
  expect((await signIn()).roles).toHaveLength(1)
})

test('one sign-in gives every role; what is no role is told and left out', async () => {
  const Role = [
    pair('2', 'ReadOnly'),
    `${saml('3')},${arn('3', 'Developer')}`,
    pair('2', 'ReadOnly'),
    'arn:aws:iam::100000000004:role/Half',
    `${arn('4', 'Administrator')},${saml('5')}`,
    'arn:aws:iam::1:role/x,arn:aws:iam::1:saml-provider/y',
  ]
  const { signIn, said, count } = await world({ responses: [response({ attributes: { Role } })] })
  const { who, roles, keys } = await signIn()
  expect(who).toBe('alice at idp.example (JumpCloud)')
  expect(
    roles.map(({ accountId, roleName, principalArn }) => [accountId, roleName, principalArn]),
  ).toEqual([
    ['100000000002', 'ReadOnly', saml('2')],
    ['100000000003', 'Developer', saml('3')],
  ])
  expect(said).toEqual([
    expect.stringContaining(
      'not a role and a SAML provider: "arn:aws:iam::100000000004:role/Half"',
    ),
    expect.stringContaining('role and SAML provider are of two accounts'),
    expect.stringContaining('not ARNs of AWS'),
  ])
  const taken = await Promise.all(roles.map(role => keys(role, {})))
  expect(taken.map(({ assumedRoleArn }) => assumedRoleArn)).toEqual([
    'arn:aws:sts::100000000002:assumed-role/ReadOnly/alice',
    'arn:aws:sts::100000000003:assumed-role/Developer/alice',
  ])
  expect(taken[0]).toMatchObject({ accountId: '100000000002', notes: [], region: undefined })
  expect(count()).toBe(1)
})

const lasts = (expiration: string) =>
  Math.round((new Date(expiration).getTime() - Date.now()) / 60_000)

test.each([
  ['the assertion says how long', '', {}, 'ReadOnly', 8 * 60, []],
  ['the connection goes before it', 'aws_session_duration = 900', {}, 'ReadOnly', 15, []],
  [
    'a wish goes before both',
    'aws_session_duration = 900',
    { durationSeconds: 7200 },
    'ReadOnly',
    120,
    [],
  ],
  [
    'the role allows less: 2 hours',
    '',
    {},
    'ci/Deploy',
    120,
    ['Deploy allows 2 hours, not the 8 hours that were asked for'],
  ],
  [
    'the role allows less: 1 hour',
    '',
    {},
    'Administrator',
    60,
    ['Administrator allows 1 hour, not the 8 hours that were asked for'],
  ],
])('%s', async (_, section, wish, name, minutes, notes) => {
  const attributes = { Role: [pair('2', name)], SessionDuration: '28800' }
  const { signIn } = await world({ responses: [response({ attributes })], section })
  const { roles, keys } = await signIn()
  const [role] = roles
  if (role === undefined) throw new Error('no role')
  const got = await keys(role, wish)
  expect([lasts(got.expiration), got.notes]).toEqual([minutes, notes])
})

const stsCalls = () =>
  simulator.calls().filter(({ operation }) => operation === 'AssumeRoleWithSAML').length

test('no more calls than are needed: the next time it knows what the role allows', async () => {
  const attributes = { Role: [pair('2', 'ci/Deploy')], SessionDuration: '43200' }
  const { signIn } = await world({ responses: [response({ attributes })] })
  const { roles, keys } = await signIn()
  const [role] = roles
  if (role === undefined) throw new Error('no role')
  const before = stsCalls()
  await keys(role, {})
  const first = stsCalls()
  const again = await keys(role, {})
  // 12, 8, 4 and 2 hours; then 2 at once.
  expect([first - before, stsCalls() - first]).toEqual([4, 1])
  expect(again.notes).toEqual(['Deploy allows 2 hours, not the 12 hours that were asked for'])
})

test('the end that the identity provider sets is told', async () => {
  const sessionNotOnOrAfter = new Date(Date.now() + 30 * 60_000)
  const { signIn } = await world({ responses: [response({ options: { sessionNotOnOrAfter } })] })
  const { roles, keys } = await signIn()
  const [role] = roles
  if (role === undefined) throw new Error('no role')
  const { notes, expiration } = await keys(role, {})
  expect(lasts(expiration)).toBe(30)
  expect(notes).toEqual([expect.stringMatching(/^the identity provider ends the session at 20/)])
})

const old = () => response({ options: { now: new Date(Date.now() - 3_600_000) } })

test('an assertion that has expired already says so, with the time of this machine', async () => {
  const { signIn } = await world({ responses: [old()] })
  await expect(signIn()).rejects.toEqual(
    failure('provider', /has expired already, at 20/, /set its clock/),
  )
})

test('one that grows too old is replaced by one more sign-in, for all roles at once', async () => {
  let time = Date.now()
  const Role = [pair('2', 'ReadOnly'), pair('3', 'ReadOnly')]
  const first = response({ attributes: { Role }, options: { lifetimeSeconds: 60 } })
  const later = response({ attributes: { Role }, options: { lifetimeSeconds: 3600 } })
  const { signIn, count } = await world({ responses: [first, later], now: () => new Date(time) })
  const { roles, keys } = await signIn()
  time += 120_000
  const taken = await Promise.all(roles.map(role => keys(role, {})))
  expect([taken.length, count()]).toEqual([2, 2])
})

test('saml_cache keeps the response in the vault, and a command of later uses it', async () => {
  const stored = new Map<string, string>()
  const section = 'saml_cache = true'
  const kept = response()
  const one = await world({ responses: [kept], section, stored })
  await one.signIn()
  const accountNames = new Map([['100000000002', 'other']])
  const two = await world({ responses: [response()], section, stored, accountNames })
  const { roles, keys } = await two.signIn()
  expect([one.count(), two.count()]).toEqual([1, 0])
  const [role] = roles
  if (role === undefined) throw new Error('no role')
  expect((await keys(role, {})).accountId).toBe('100000000002')
  // Without the key of the file nothing is kept.
  const three = await world({ responses: [kept] })
  await three.signIn()
  expect([...three.stored.keys()].filter(name => name.startsWith('saml'))).toEqual([])
  // Too old: a sign-in.
  for (const name of stored.keys()) stored.set(name, JSON.stringify({ samlResponse: old() }))
  const four = await world({ responses: [kept], section, stored })
  await four.signIn()
  expect(four.count()).toBe(1)
})

test('what is kept is for the person who signed in alone', async () => {
  const stored = new Map<string, string>()
  const files = { '.aws/saml2aws/cache_w': response() }
  const parts = { responses: [response()], stored, files }
  const ofAlice = await world({ ...parts, section: 'saml_cache = true\nusername = alice@x' })
  await ofAlice.signIn()
  const ofBob = await world({ ...parts, section: 'saml_cache = true\nusername = bob@x' })
  await ofBob.signIn()
  // That of saml2aws is alice's by its session name.
  expect([ofAlice.count(), ofBob.count()]).toEqual([0, 1])
})

test('a response that saml2aws has kept is used and told of', async () => {
  const files = { '.aws/saml2aws/cache_w': response() }
  const { signIn, said, count } = await world({
    responses: [''],
    section: 'saml_cache = true',
    files,
  })
  await signIn()
  expect([count(), said]).toEqual([
    0,
    [expect.stringMatching(/cache_w, where saml2aws has kept it unencrypted/)],
  ])
})

const aliasCalls = () =>
  simulator.calls().filter(({ operation }) => operation === 'ListAccountAliases').length

test('names: the file, then the provider, then the alias that AWS has, asked for once', async () => {
  const Role = ['2', '3', '4'].map(account => pair(account, 'Administrator'))
  Role.push(pair('4', 'Developer'))
  const stored = new Map<string, string>()
  const parts = {
    responses: [response({ attributes: { Role } })],
    section: '[accounts]\n100000000002 = mine',
    accountNames: new Map([
      ['100000000002', 'theirs'],
      ['100000000003', 'theirs'],
    ]),
    stored,
  }
  const before = aliasCalls()
  const one = await world(parts)
  const first = await one.signIn()
  expect(first.roles.map(({ accountName }) => accountName)).toEqual([
    'mine',
    'theirs',
    undefined,
    undefined,
  ])
  await Promise.all(first.roles.map(role => first.keys(role, {})))
  expect(aliasCalls() - before).toBe(1)
  const second = await (await world(parts)).signIn()
  expect(second.roles.map(({ accountName }) => accountName)).toEqual([
    'mine',
    'theirs',
    'acme-sandbox',
    'acme-sandbox',
  ])
  for (const role of second.roles) await second.keys(role, {})
  expect(aliasCalls() - before).toBe(1)
})

test('a session policy of a file, and of managed policies', async () => {
  const policy = '{ "Version": "2012-10-17",\n "Statement": [] }'
  const section =
    'policy_file = HOME/p.json\npolicy_arn_list = arn:aws:iam::aws:policy/ReadOnlyAccess'
  const { signIn } = await world({ responses: [response()], section, files: { 'p.json': policy } })
  const { roles, keys } = await signIn()
  const [role] = roles
  if (role === undefined) throw new Error('no role')
  await keys(role, {})
  const [call] = simulator.calls().filter(({ operation }) => operation === 'AssumeRoleWithSAML')
  expect(JSON.stringify(call)).toContain('ReadOnlyAccess')
  const bad = await world({ responses: [response()], section, files: { 'p.json': '{' } })
  const signedIn = await bad.signIn()
  await expect(signedIn.keys(role, {})).rejects.toEqual(
    failure('configuration', /p\.json is no policy/),
  )
})

test.each([
  [
    'no trust',
    () => response({ attributes: { Role: [pair('2', 'RolecallMissing')] } }),
    'credentials',
    /does not let .*saml-provider\/company take this role \(AccessDenied/,
    /sts:AssumeRoleWithSAML/,
  ],
  [
    'another key',
    () => response({ signing: { key: otherKey } }),
    'credentials',
    /does not accept the assertion.*InvalidIdentityToken/,
    /compare the metadata/,
  ],
] as const)('STS refuses: %s', async (_, issue, reason, message, hint) => {
  const { signIn } = await world({ responses: [issue()] })
  const { roles, keys } = await signIn()
  const [role] = roles
  if (role === undefined) throw new Error('no role')
  const failed = await keys(role, {}).catch((error: unknown) => error)
  expect(failed).toEqual(failure(reason, message, hint))
})

test('an AWS that is not there is a failure of the network', async () => {
  const env = { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }
  const { signIn } = await world({ responses: [response()], env })
  const { roles, keys } = await signIn()
  const [role] = roles
  if (role === undefined) throw new Error('no role')
  await expect(keys(role, {})).rejects.toEqual(failure('network', /127\.0\.0\.1/))
})

test('skip_verify is for the identity provider, and said', async () => {
  const { signIn, said } = await world({ responses: [response()], section: 'skip_verify = true' })
  await signIn()
  expect(said).toEqual([
    'skip_verify: who idp.example is goes unproven; the certificates of AWS are verified',
  ])
})

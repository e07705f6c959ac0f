import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { chooseConnection, listConnections } from './choose-connection.ts'
import type { Connection } from './connection.ts'
import type { ConnectionFlags } from './flags.ts'
import { settings } from './settings.ts'

/** A home with our file and that of saml2aws; undefined: it is not there. */
function home(ours?: string, old?: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-connections-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, '.config', 'rolecall'), { recursive: true })
  if (ours !== undefined) writeFileSync(join(folder, '.config', 'rolecall', 'config'), ours)
  if (old !== undefined) writeFileSync(join(folder, '.saml2aws'), old)
  return { HOME: folder }
}

const whole = (name: string, more = '') =>
  `[${name}]\nurl = https://${name}.example\nprovider = JumpCloud\nmfa = Auto\n${more}\n`

/** For each key of a file: two texts, and what becomes of them. */
const samples: Record<
  string,
  readonly [string, string, (connection: Connection) => unknown, unknown, unknown]
> = {
  provider: ['okta', 'KEYCLOAK', one => one.provider, 'Okta', 'KeyCloak'],
  url: [
    'https://a.example/x',
    'https://b.example',
    one => one.url,
    'https://a.example/x',
    'https://b.example',
  ],
  username: ['alice', 'bob', one => one.username, 'alice', 'bob'],
  password: ['p1', 'p2', one => one.given.password, 'p1', 'p2'],
  mfa: ['totp', 'Push', one => one.mfa, 'TOTP', 'PUSH'],
  'mfa-token': ['111111', '222222', one => one.given.mfaToken, '111111', '222222'],
  role: ['prod/admin', 'dev/read', one => one.role, 'prod/admin', 'dev/read'],
  role_arn: [
    'arn:aws:iam::1:role/A',
    'arn:aws:iam::1:role/B',
    one => one.role,
    'arn:aws:iam::1:role/A',
    'arn:aws:iam::1:role/B',
  ],
  region: ['eu-west-1', 'us-east-2', one => one.region, 'eu-west-1', 'us-east-2'],
  aws_profile: ['one', 'two', one => one.profile, 'one', 'two'],
  aws_session_duration: ['900', '43200', one => one.sessionDuration, 900, 43200],
  policy_file: [
    '/a.json',
    '~/b.json',
    one => one.policyFile?.replace(/.*\//, ''),
    'a.json',
    'b.json',
  ],
  policy_arn_list: ['a, b', 'c', one => one.policyArns, ['a', 'b'], ['c']],
  credentials_file: ['/a', '/b', one => one.credentialsFile, '/a', '/b'],
  aws_urn: ['urn:a', 'urn:b', one => one.awsUrn, 'urn:a', 'urn:b'],
  ca_file: ['/a.pem', '/b.pem', one => one.caFile, '/a.pem', '/b.pem'],
  skip_verify: ['true', 'false', one => one.skipVerify, true, false],
  timeout: ['1000', '60000', one => one.timeoutMs, 1000, 60000],
  http_attempts_count: ['2', '3', one => one.httpAttempts, 2, 3],
  http_retry_delay: ['2', '3', one => one.httpRetryDelayMs, 2000, 3000],
  saml_cache: ['true', 'false', one => one.samlCache, true, false],
  saml_cache_file: ['/a', '/b', one => one.samlCacheFile, '/a', '/b'],
  target_url: ['https://t', 'https://u', one => one.targetUrl, 'https://t', 'https://u'],
  app_id: ['1', '2', one => one.appId, '1', '2'],
  subdomain: ['s', 't', one => one.subdomain, 's', 't'],
  resource_id: ['r', 's', one => one.resourceId, 'r', 's'],
  mfa_ip_address: ['192.0.2.1', '192.0.2.2', one => one.mfaIpAddress, '192.0.2.1', '192.0.2.2'],
  console_host: ['a.example', 'b.example', one => one.consoleHost, 'a.example', 'b.example'],
  disable_sessions: ['yes', 'no', one => one.disableSessions, true, false],
  disable_remember_device: ['1', '0', one => one.disableRememberDevice, true, false],
  'duo-mfa-option': ['Passcode', 'Duo Push', one => one.given.duoMfaOption, 'Passcode', 'Duo Push'],
  'disable-keychain': ['true', 'false', one => one.disableKeychain, true, false],
  'skip-prompt': ['true', 'false', one => one.skipPrompt, true, false],
  browser_type: ['chrome', 'firefox', one => one.browser.type, 'chrome', 'firefox'],
  browser_executable_path: [
    '/usr/bin/a',
    '/usr/bin/b',
    one => one.browser.executablePath,
    '/usr/bin/a',
    '/usr/bin/b',
  ],
  browser_profile: ['Work', 'Home', one => one.browser.profile, 'Work', 'Home'],
  browser_autofill: ['On', 'Off', one => one.browser.autofill, true, false],
  kc_broker: ['x', 'y', one => one.keycloak.broker, 'x', 'y'],
  kc_auth_error_message: ['x', 'y', one => one.keycloak.authErrorMessage, 'x', 'y'],
  kc_auth_error_element: ['x', 'y', one => one.keycloak.authErrorElement, 'x', 'y'],
}

const camel = (flag: string) => flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

test.each(settings.map(setting => [setting.key ?? setting.flag, setting] as const))(
  '%s: flag before variable before our file before ~/.saml2aws',
  async (name, setting) => {
    const [first, second, get, isFirst, isSecond] = samples[name] ?? []
    if (first === undefined || second === undefined || get === undefined) throw new Error(name)
    const flag = 'flag' in setting ? setting.flag : undefined
    const names: readonly string[] = 'env' in setting ? setting.env : []
    // A role stands under its other key in a file of saml2aws; both are the same to a command.
    const line = (value: string) => (setting.key === undefined ? '' : `${setting.key} = ${value}`)
    const base = { url: 'https://w.example', provider: 'JumpCloud' }
    const section = (value: string) => {
      const lines = Object.entries(base).flatMap(([key, text]) =>
        key === setting.key ? [] : `${key} = ${text}`,
      )
      return `[w]\n${lines.join('\n')}\n${line(value)}\n`
    }
    const of = async (flags: ConnectionFlags, env: Record<string, string>) =>
      get(await chooseConnection({ connection: 'w', ...flags }, env))

    if (setting.key !== undefined) {
      expect(await of({}, home(undefined, section(first)))).toEqual(isFirst)
      expect(await of({}, home(section(second), section(first)))).toEqual(isSecond)
    }
    for (const [at, variable] of names.entries()) {
      const env = home(section(second))
      expect(await of({}, { ...env, [variable]: first })).toEqual(isFirst)
      expect(await of({}, { ...env, [variable]: '' })).toEqual(
        setting.key === undefined ? await of({}, env) : isSecond,
      )
      // Ours goes before that of saml2aws.
      const other = names[at + 1]
      if (other === undefined) continue
      expect(await of({}, { ...env, [variable]: first, [other]: second })).toEqual(isFirst)
    }
    if (flag === undefined) return
    const given = setting.kind === 'boolean' ? true : first
    const variables = Object.fromEntries(names.map(variable => [variable, second]))
    expect(await of({ [camel(flag)]: given }, { ...home(section(second)), ...variables })).toEqual(
      isFirst,
    )
  },
)

test('every setting has a sample', () => {
  const names = settings.map(({ key, ...rest }) => key ?? ('flag' in rest ? rest.flag : ''))
  expect(Object.keys(samples).sort()).toEqual([...names].sort())
})

test('what nobody sets has the defaults of saml2aws', async () => {
  const connection = await chooseConnection({}, home(undefined, whole('default')))
  expect(connection).toMatchObject({
    name: 'default',
    mfa: 'Auto',
    awsUrn: 'urn:amazon:webservices',
    sessionDuration: undefined,
    profile: 'saml',
    writesProfile: true,
    httpAttempts: 1,
    httpRetryDelayMs: 1000,
    skipVerify: false,
    samlCache: false,
    policyArns: [],
  })
})

test('3600 seconds in a file of saml2aws are what it writes always; in ours they are meant', async () => {
  const more = 'aws_session_duration = 3600'
  const old = await chooseConnection({}, home(undefined, whole('default', more)))
  const ours = await chooseConnection({}, home(whole('default', more)))
  expect([old.sessionDuration, ours.sessionDuration]).toEqual([undefined, 3600])
})

test('which one: -a, the variables, default, the only one', async () => {
  const env = home(whole('a') + whole('default'), whole('b'))
  const name = async (flags: ConnectionFlags, more = {}) =>
    (await chooseConnection(flags, { ...env, ...more })).name
  expect(await name({ connection: 'b' }, { ROLECALL_CONNECTION: 'a' })).toBe('b')
  expect(await name({ idpAccount: 'b' })).toBe('b')
  expect(await name({}, { ROLECALL_CONNECTION: 'a', SAML2AWS_IDP_ACCOUNT: 'b' })).toBe('a')
  expect(await name({}, { SAML2AWS_IDP_ACCOUNT: 'b' })).toBe('b')
  expect(await name({})).toBe('default')
  expect((await chooseConnection({}, home(undefined, whole('only')))).name).toBe('only')
  const shared = '[work]\nprovider = JumpCloud\n[work.eu]\nurl = https://eu.example\n'
  expect((await chooseConnection({}, home(undefined, shared))).url).toBe('https://eu.example')
})

test('our section hides the one of the same name; a file of --config goes before both', async () => {
  const ours = whole('w', 'username = ours')
  const env = home(ours, whole('w', 'username = old\nregion = eu-west-1'))
  const other = join(env.HOME ?? '', 'other')
  writeFileSync(other, whole('w', 'username = other'))
  const chosen = await chooseConnection({}, env)
  expect([chosen.username, chosen.region, chosen.writesProfile]).toEqual(['ours', undefined, false])
  expect((await chooseConnection({ config: other }, env)).username).toBe('other')
  expect((await chooseConnection({}, { ...env, SAML2AWS_CONFIGFILE: other })).username).toBe('ours')
})

test.each<[string, ConnectionFlags, string | undefined, string, string, string]>([
  [
    'a misspelt name',
    { connection: 'prodution' },
    whole('production'),
    'usage',
    'there is no connection "prodution"; there are: production',
    'did you mean production? -a production',
  ],
  [
    'a misspelt name of two words',
    { connection: 'prodeu' },
    whole('prod eu'),
    'usage',
    'there are: prod eu',
    "did you mean prod eu? -a 'prod eu'",
  ],
  [
    'no connection',
    {},
    undefined,
    'configuration',
    'there is no connection yet',
    'rolecall configure https://',
  ],
  ['several', {}, whole('a') + whole('b'), 'usage', 'a, b', 'choose one with -a a'],
  [
    'no address',
    { connection: 'w' },
    '[w]\nprovider = Okta\n',
    'configuration',
    '/.saml2aws:1 [w] has no url',
    'rolecall configure -a w --url',
  ],
  [
    'no provider',
    { connection: 'w' },
    '\n[w]\nurl = https://a\n',
    'configuration',
    '/.saml2aws:2 [w] has no provider',
    '--idp-provider',
  ],
  [
    'another provider',
    { connection: 'w' },
    '[w]\nurl = https://a\nprovider = adfs\n',
    'configuration',
    '/.saml2aws:3 [w] provider: expected one of Rolecall, JumpCloud, Authentik, KeyCloak, Okta, Browser; at ADFS your own browser signs in, found "adfs"',
    'rolecall configure -a w --idp-provider Browser',
  ],
  [
    'an unknown mfa',
    { connection: 'w' },
    '[w]\nurl = https://a\nprovider = JumpCloud\nmfa = SMS\n',
    'configuration',
    '/.saml2aws:4 [w] mfa: expected a second factor of JumpCloud: Auto, TOTP, WEBAUTHN, DUO, PUSH, found "SMS"',
    'write Auto',
  ],
  [
    'http elsewhere',
    { connection: 'w' },
    '[w]\nurl = http://idp.example\nprovider = JumpCloud\n',
    'configuration',
    '/.saml2aws:2 [w] url: expected https://',
    '--url https://',
  ],
  [
    'a password in the address',
    { connection: 'w' },
    '[w]\nurl = https://a:planted@idp.example\nprovider = JumpCloud\n',
    'configuration',
    '/.saml2aws:2 [w] url: an address with a name or a password in it',
    'the command asks',
  ],
  [
    'a password in an address that is none',
    { connection: 'w' },
    '[w]\nurl = https://a:planted@idp example/@x\nprovider = JumpCloud\n',
    'configuration',
    'found "https://…@x"',
    '',
  ],
  [
    'a number that is none',
    { connection: 'w' },
    whole('w', 'aws_session_duration = 1h'),
    'configuration',
    'aws_session_duration: expected seconds: a whole number from 900 to 43200, found "1h"',
    'take the line out',
  ],
  [
    'a flag',
    { connection: 'w', sessionDuration: '5' },
    whole('w'),
    'usage',
    '--session-duration: expected seconds',
    '',
  ],
  [
    'a yes that is none',
    { connection: 'w' },
    whole('w', 'skip_verify = maybe'),
    'configuration',
    'skip_verify: expected true or false, found "maybe"',
    '',
  ],
])(
  '%s: the error says where, what and what to do',
  async (_, flags, old, reason, message, hint) => {
    const failed = await chooseConnection(flags, home(undefined, old)).catch(
      (error: unknown) => error,
    )
    expect(failed).toMatchObject({ reason })
    expect(String((failed as Error).message)).toContain(message)
    expect(String((failed as { hint: string }).hint)).toContain(hint)
    expect(String((failed as Error).message)).not.toContain('planted')
  },
)

test('flags alone make a connection; http on this machine is taken', async () => {
  const flags = { connection: 'new', idpProvider: 'Okta', url: 'http://127.0.0.1:8080/app' }
  const { name, provider, file } = await chooseConnection(flags, home())
  expect([name, provider, file]).toEqual(['new', 'Okta', undefined])
  const server = await chooseConnection({}, { ...home(), ROLECALL_URL: 'https://aws.example.com' })
  expect([server.provider, server.url]).toEqual(['Rolecall', 'https://aws.example.com'])
})

test('a variable for every connection says nothing to one that has no second factor to choose', async () => {
  const ours = '[w]\nprovider = Browser\nurl = https://a\n'
  const { mfa } = await chooseConnection({}, { ...home(ours), SAML2AWS_MFA: 'TOTP' })
  expect(mfa).toBe('Auto')
})

test('a second factor of the section is not held against a provider that a flag names for once', async () => {
  const ours = '[w]\nprovider = JumpCloud\nurl = https://a\nmfa = PUSH\n'
  const other = await chooseConnection({ idpProvider: 'Browser' }, home(ours))
  expect([other.provider, other.mfa]).toEqual(['Browser', 'Auto'])
  const okta = await chooseConnection({ idpProvider: 'Okta' }, home(ours))
  expect(okta.mfa).toBe('PUSH')
})

test('account names are of our file, by 12 digits', async () => {
  const ours = `${whole('w')}[accounts]\n123456789012 = prod\n`
  expect([...(await chooseConnection({}, home(ours))).accountNames]).toEqual([
    ['123456789012', 'prod'],
  ])
  await expect(chooseConnection({}, home(`${whole('w')}[accounts]\n123 = prod\n`))).rejects.toThrow(
    'config:7 [accounts] 123: expected an account id of 12 digits',
  )
})

test('the list has each connection once, with where it stands', async () => {
  const env = home(whole('b', 'username = x'), whole('a') + whole('b'))
  const list = await listConnections(env)
  expect(list.map(({ name, username, isDefault }) => [name, username, isDefault])).toEqual([
    ['b', 'x', false],
    ['a', undefined, false],
  ])
})

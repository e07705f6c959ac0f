import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { redactable } from './credentials.ts'
import { environmentCredentials } from './environment.ts'
import { parseIni } from './ini.ts'
import { profileCredentials } from './profile.ts'
import { Secret } from './secret.ts'
import { staticCredentials } from './static.ts'

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey }

/** All the ways in which a value usually reaches a log. */
function printed(value: unknown): string {
  return [
    JSON.stringify({ value }),
    inspect({ value }, { depth: 9, showHidden: true }),
    format('%s %o %j', value, value, value),
    String(value),
    `${value}`,
  ].join('\n')
}

describe('secrets', () => {
  it('are not printed', () => {
    const secret = new Secret(secretAccessKey)
    expect(printed(secret)).not.toContain(secretAccessKey)
    expect(printed(secret)).toContain('[redacted]')
    expect(secret.reveal()).toBe(secretAccessKey)
  })

  it('in credentials are not printed, and are there to use', () => {
    const credentials = redactable({ ...keys, sessionToken: 'the+token', expiration: new Date(0) })
    const text =
      JSON.stringify({ credentials }) +
      inspect({ credentials }) +
      format('%s %j', credentials, credentials) +
      String(credentials)
    expect(text).not.toMatch(/wJalr|the\+token/)
    expect(text).toContain('AKIDEXAMPLE')
    expect({ ...credentials }).toEqual({
      ...keys,
      sessionToken: 'the+token',
      expiration: new Date(0),
    })
    expect(Object.isFrozen(credentials)).toBe(true)
  })
})

describe('staticCredentials', () => {
  it('gives what was given, and describes it without the secret', async () => {
    const source = staticCredentials(keys)
    expect(await source.get()).toEqual(keys)
    expect(source.describe()).toBe('given credentials (AKIDEXAMPLE)')
  })

  it.each([
    [{ ...keys, accessKeyId: '' }, 'incomplete_credentials'],
    [{ ...keys, secretAccessKey: '' }, 'incomplete_credentials'],
    [{ ...keys, secretAccessKey: `${secretAccessKey} ` }, 'invalid_argument'],
    [{ accessKeyId: secretAccessKey, secretAccessKey: 'AKIDEXAMPLE' }, 'invalid_argument'],
    [{ ...keys, sessionToken: 'a\nb' }, 'invalid_argument'],
  ])('refuses mangled keys without showing them', (credentials, code) => {
    expect(() => staticCredentials(credentials)).toThrow(
      expect.objectContaining({ code, message: expect.not.stringContaining('wJalr') }),
    )
  })
})

describe('environmentCredentials', () => {
  it('reads the variables at each call', async () => {
    const env: Record<string, string> = {}
    const source = environmentCredentials(env)
    await expect(source.get()).rejects.toMatchObject({ code: 'no_credentials' })
    env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE'
    await expect(source.get()).rejects.toMatchObject({ code: 'incomplete_credentials' })
    env.AWS_SECRET_ACCESS_KEY = secretAccessKey
    expect(await source.get()).toEqual(keys)
    env.AWS_SESSION_TOKEN = 'token'
    expect(await source.get()).toEqual({ ...keys, sessionToken: 'token' })
    expect(source.describe()).not.toContain(secretAccessKey)
  })
})

async function filesOf(texts: { credentials?: string; config?: string }) {
  const directory = await mkdtemp(join(tmpdir(), 'rolecall-aws-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const credentialsFile = join(directory, 'credentials')
  const configFile = join(directory, 'config')
  if (texts.credentials !== undefined) await writeFile(credentialsFile, texts.credentials)
  if (texts.config !== undefined) await writeFile(configFile, texts.config)
  return { directory, credentialsFile, configFile }
}

const keyLines = `aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = ${secretAccessKey}\n`

describe('profileCredentials', () => {
  it('reads the default profile and a named one', async () => {
    const files = await filesOf({
      credentials: `# mine\n[default]\n${keyLines}\n[other]\nAWS_ACCESS_KEY_ID=AKIDOTHER\r\naws_secret_access_key=o/t+h=er\r\naws_session_token=tok==\r\n`,
    })
    expect(await profileCredentials(files).get()).toEqual(keys)
    const other = profileCredentials({ ...files, profile: 'other' })
    expect(await other.get()).toEqual({
      accessKeyId: 'AKIDOTHER',
      secretAccessKey: 'o/t+h=er',
      sessionToken: 'tok==',
    })
    expect(other.describe()).toBe(`profile "other" of ${files.credentialsFile}`)
  })

  it('reads the configuration file after the credentials file', async () => {
    const files = await filesOf({
      credentials: `[both]\n${keyLines}`,
      config: `[profile "my name"]\nregion = eu-central-1\ns3 =\n  max_concurrent_requests = 20\n${keyLines}[profile both]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = c\n[plain]\n${keyLines}`,
    })
    expect(await profileCredentials({ ...files, profile: 'my name' }).get()).toEqual(keys)
    expect(await profileCredentials({ ...files, profile: 'both' }).get()).toEqual(keys)
    await expect(profileCredentials({ ...files, profile: 'plain' }).get()).rejects.toMatchObject({
      code: 'no_credentials',
    })
  })

  it('takes profile and files from the environment that it is given', async () => {
    const { directory, credentialsFile, configFile } = await filesOf({
      credentials: `[p]\n${keyLines}`,
    })
    const env = {
      AWS_PROFILE: 'p',
      AWS_SHARED_CREDENTIALS_FILE: '~/credentials',
      AWS_CONFIG_FILE: configFile,
      HOME: directory,
    }
    const source = profileCredentials({ env })
    expect(await source.get()).toEqual(keys)
    expect(source.describe()).toBe(`profile "p" of ${credentialsFile}`)
  })

  it('sees keys that were written later', async () => {
    const files = await filesOf({})
    const source = profileCredentials(files)
    await expect(source.get()).rejects.toMatchObject({
      code: 'no_credentials',
      message: `profile "default" does not stand in ${files.credentialsFile} or ${files.configFile}`,
    })
    await writeFile(files.credentialsFile, `[default]\n${keyLines}`)
    expect(await source.get()).toEqual(keys)
  })

  it.each([
    [
      'role_arn',
      `[profile p]\nrole_arn = arn:aws:iam::123456789012:role/A\nsource_profile = q\n`,
      '',
    ],
    ['sso_session', `[profile p]\nsso_session = corp\n${keyLines}`, ''],
    ['credential_process', '[profile p]\ncredential_process = /bin/keys\n', ''],
  ])('says that %s is not supported', async (key, config) => {
    const files = await filesOf({ config })
    await expect(profileCredentials({ ...files, profile: 'p' }).get()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(` has ${key}, `),
    })
  })

  it('prefers keys to a credential process, as AWS does', async () => {
    const files = await filesOf({ config: `[profile p]\ncredential_process = x\n${keyLines}` })
    expect(await profileCredentials({ ...files, profile: 'p' }).get()).toEqual(keys)
  })

  it('names the line that it cannot read, and not its text', async () => {
    const files = await filesOf({ credentials: `[default]\n${secretAccessKey}\n` })
    await expect(profileCredentials(files).get()).rejects.toMatchObject({
      code: 'bad_profile_file',
      message: `${files.credentialsFile}, line 2: expected \`[section]\`, \`key = value\` or a comment`,
    })
  })

  it('refuses half a pair, a directory and a huge file', async () => {
    const half = await filesOf({ credentials: '[default]\naws_access_key_id = AKIDEXAMPLE\n' })
    await expect(profileCredentials(half).get()).rejects.toMatchObject({
      code: 'incomplete_credentials',
    })
    await expect(
      profileCredentials({ ...half, credentialsFile: half.directory }).get(),
    ).rejects.toMatchObject({ code: 'bad_profile_file' })
    const huge = await filesOf({ credentials: '#'.repeat(1024 * 1024 + 1) })
    await expect(profileCredentials(huge).get()).rejects.toMatchObject({ code: 'bad_profile_file' })
  })
})

describe('parseIni', () => {
  const read = (text: string) =>
    Object.fromEntries(
      [...parseIni(text, 'file')].map(([name, section]) => [
        name,
        Object.fromEntries(
          [...section].map(([key, value]) => [
            key,
            typeof value === 'string' ? value : Object.fromEntries(value),
          ]),
        ),
      ]),
    )

  it.each<[string, string, object]>([
    ['comments', '# a\n; b\n[s] # c\nk = v ; d\n#x = y', { s: { k: 'v' } }],
    ['marks without a blank before them', '[s]\nk=a#b;c', { s: { k: 'a#b;c' } }],
    ['an equals sign in a value', '[s]\nk = a=b==', { s: { k: 'a=b==' } }],
    ['no blanks, and many', '[ s ]\na=1\nb   =   2  ', { s: { a: '1', b: '2' } }],
    ['keys in other case; the last counts', '[s]\nK = 1\nk = 2', { s: { k: '2' } }],
    ['a section in two places', '[s]\na = 1\n[t]\n[s]\nb = 2', { s: { a: '1', b: '2' }, t: {} }],
    ['an empty value', '[s]\nk =\nj = 1', { s: { k: '', j: '1' } }],
    [
      'a nested block',
      '[s]\ns3 =\n  a = 1\n\n  # c\n\tB = 2\nk = v',
      { s: { s3: { a: '1', b: '2' }, k: 'v' } },
    ],
    [
      'a value that goes on',
      '[s]\nk = one\n  two\n  three = 3',
      { s: { k: 'one\ntwo\nthree = 3' } },
    ],
    [
      'a byte order mark and other line ends',
      '\ufeff[s]\r\na = 1\rb = 2',
      { s: { a: '1', b: '2' } },
    ],
    [
      'quoted names',
      '[profile "a b"]\n[sso-session   c]\n["d"]',
      { 'profile a b': {}, 'sso-session c': {}, d: {} },
    ],
    [
      'a key that objects have',
      '[__proto__]\nconstructor = 1',
      JSON.parse('{"__proto__":{"constructor":"1"}}'),
    ],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each([
    ['a key before a section', 'k = v', 1],
    ['a section that is not closed', '\n[s', 2],
    ['text after a section', '[s] x', 1],
    ['a line without a sign', '[s]\nkey', 2],
    ['a line without a key', '[s]\n= v', 2],
    ['an indented line without a key', '[s]\n  a = 1', 2],
    ['a nested line without a sign', '[s]\nk =\n  a', 3],
    ['an empty section name', '[]', 1],
  ])('refuses %s', (_, text, line) => {
    expect(() => parseIni(text, 'file')).toThrow(
      expect.objectContaining({
        code: 'bad_profile_file',
        message: expect.stringMatching(new RegExp(`^file, line ${line}: expected `)),
      }),
    )
  })
})

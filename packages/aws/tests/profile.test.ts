import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Environment, profileCredentials } from '../src/index.ts'
import { folderWith } from './files.ts'
import { startSts } from './role-server.ts'

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey }

async function filesOf(files: { credentials?: string; config?: string }) {
  const directory = await folderWith(files)
  return {
    directory,
    credentialsFile: join(directory, 'credentials'),
    configFile: join(directory, 'config'),
  }
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
    expect(other.describe()).toBe(
      `profile "other" of ${files.credentialsFile} or ${files.configFile}`,
    )
  })

  it('reads the configuration file after the credentials file', async () => {
    const files = await filesOf({
      credentials: `[both]\n${keyLines}`,
      config: `[profile "my name"]\nregion = eu-central-1\ns3 =\n  max_concurrent_requests = 20\n${keyLines}[profile both]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = c\n[plain]\n${keyLines}`,
    })
    expect(await profileCredentials({ ...files, profile: 'my name' }).get()).toEqual(keys)
    expect(await profileCredentials({ ...files, profile: 'both' }).get()).toEqual(keys)
    await expect(profileCredentials({ ...files, profile: 'plain' }).get()).rejects.toMatchObject({
      code: 'unknown_profile',
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
    expect(source.describe()).toBe(`profile "p" of ${credentialsFile} or ${configFile}`)
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

  it('says that the credentials of aws login are not supported', async () => {
    const files = await filesOf({ config: '[profile p]\nlogin_session = x\n' })
    await expect(profileCredentials({ ...files, profile: 'p' }).get()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('profile "p" has login_session: '),
    })
  })

  it('prefers keys of the credentials file to a process, and a process to other keys', async () => {
    const command = `credential_process = ${process.execPath} -p "process.argv[1]" '{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s"}'`
    const config = `[profile p]\n${command}\n${keyLines}`
    const files = await filesOf({ config })
    const source = profileCredentials({ ...files, profile: 'p' })
    expect(await source.get()).toMatchObject({ accessKeyId: 'AKIDPROCESS' })
    await writeFile(files.credentialsFile, `[p]\n${keyLines}`)
    expect(await source.get()).toEqual(keys)
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

/** The home of a user whose profiles take roles at a server of the test's. */
async function rolesAt(config: string, more: Environment = {}) {
  const sts = await startSts()
  const home = await folderWith({ '.aws/config': config, token: 'a.web.token\n' })
  const env = { HOME: home, AWS_ENDPOINT_URL_STS: sts.url, ...more }
  return { ...sts, home, env, now: () => new Date(1_700_000_000_000) }
}

const [roleA, roleB] = ['arn:aws:iam::100000000001:role/A', 'arn:aws-cn:iam::100000000002:role/B']

describe('a profile with role_arn', () => {
  it('takes the role with all of its settings', async () => {
    const at = await rolesAt(`[profile p]
role_arn = ${roleA}
source_profile = keys
role_session_name = me
external_id = ext-1
duration_seconds = 1800
mfa_serial = arn:aws:iam::100000000001:mfa/me
region = eu-central-1
[profile keys]
${keyLines}`)
    const asked: string[] = []
    const mfaCode = async (serial: string) => {
      asked.push(serial)
      return '123456'
    }
    const { env, now } = at
    expect(await profileCredentials({ profile: 'p', env, now, mfaCode }).get()).toMatchObject({
      accessKeyId: 'ASIA0001',
      sessionToken: 'token-ASIA0001',
      accountId: '100000000001',
    })
    expect(asked).toEqual(['arn:aws:iam::100000000001:mfa/me'])
    expect(at.calls).toMatchObject([
      {
        signer: 'AKIDEXAMPLE',
        region: 'eu-central-1',
        form: {
          Action: 'AssumeRole',
          RoleArn: roleA,
          RoleSessionName: 'me',
          ExternalId: 'ext-1',
          DurationSeconds: '1800',
          SerialNumber: 'arn:aws:iam::100000000001:mfa/me',
          TokenCode: '123456',
        },
      },
    ])
    await expect(profileCredentials({ profile: 'p', env, now }).get()).rejects.toMatchObject({
      code: 'mfa_code_needed',
    })
  })

  it('goes through several, each with the credentials of the one before', async () => {
    const at = await rolesAt(`[profile c]
role_arn = ${roleB}
source_profile = b
[profile b]
role_arn = ${roleA}
source_profile = a
region = us-west-2
[profile a]
role_arn = ${roleA}
source_profile = a
${keyLines}`)
    await profileCredentials({ profile: 'c', env: at.env, now: at.now }).get()
    // As the source of another, a profile with keys gives its keys.
    expect(at.calls.map(({ signer, region }) => [signer, region])).toEqual([
      ['AKIDEXAMPLE', 'us-west-2'],
      ['ASIA0001', 'cn-northwest-1'],
    ])
    expect(at.calls[1]).toMatchObject({
      token: 'token-ASIA0001',
      form: { RoleSessionName: 'rolecall-1700000000' },
    })
    at.calls.length = 0
    await profileCredentials({ profile: 'a', env: at.env }).get()
    expect(at.calls).toMatchObject([{ signer: 'AKIDEXAMPLE', region: 'us-east-1' }])
  })

  it('takes it with what credential_source names', async () => {
    const config = `[profile p]\nrole_arn = ${roleA}\ncredential_source = Environment\n`
    const at = await rolesAt(config, { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_REGION: 'eu-west-1' })
    const source = profileCredentials({ profile: 'p', env: at.env })
    await expect(source.get()).rejects.toMatchObject({ code: 'incomplete_credentials' })
    const env = { ...at.env, AWS_SECRET_ACCESS_KEY: 'x' }
    await profileCredentials({ profile: 'p', env }).get()
    expect(at.calls).toMatchObject([{ signer: 'AKIDENV', region: 'eu-west-1' }])
    const without = { ...at.env, AWS_ACCESS_KEY_ID: '' }
    await expect(profileCredentials({ profile: 'p', env: without }).get()).rejects.toMatchObject({
      code: 'bad_profile',
      message: expect.stringMatching(/^profile "p": the source of its role has no credentials: /),
    })
  })

  it('a chain of source_profile without end is refused, however long', async () => {
    const profiles = Array.from({ length: 5_000 }, (_, at) => {
      const role = 'role_arn = arn:aws:iam::100000000001:role/A'
      return `[profile p${at}]\n${role}\nsource_profile = p${at + 1}`
    })
    const home = await folderWith({ '.aws/config': profiles.join('\n') })
    const source = profileCredentials({ profile: 'p0', env: { HOME: home } })
    await expect(source.get()).rejects.toMatchObject({
      code: 'bad_profile',
      message: 'profile "p19": source_profile: more than 20 profiles lead here',
    })
  })

  it('a pipe is refused, whoever writes to it or not', async () => {
    const home = await folderWith({})
    const pipe = join(home, 'pipe')
    execFileSync('mkfifo', [pipe])
    const source = profileCredentials({ env: { HOME: home, AWS_CONFIG_FILE: pipe } })
    await expect(source.get()).rejects.toMatchObject({
      code: 'bad_profile_file',
      message: `${pipe}: is a pipe; expected a file, which is read again and again`,
    })
    const none = { HOME: home, AWS_CONFIG_FILE: '/dev/null' }
    await expect(profileCredentials({ env: none }).get()).rejects.toMatchObject({
      code: 'no_credentials',
    })
  })

  it.each<[string, string, string]>([
    ['both', `source_profile = q\ncredential_source = Environment`, 'and both are there'],
    ['neither', '', 'role_arn needs source_profile or credential_source'],
    ['an unknown source', 'credential_source = environment', 'credential_source: expected '],
    ['a profile that is not there', 'source_profile = z', '"z" does not stand in '],
    ['itself, without keys', 'source_profile = p', 'circle: "p" → "p"'],
    ['a circle', 'source_profile = q', 'circle: "p" → "q" → "r" → "q"'],
    ['a profile without credentials', 'source_profile = empty', 'profile "empty": has no cred'],
    ['a duration', 'source_profile = k\nduration_seconds = 1h', 'duration_seconds: expected'],
    [
      'a choice of endpoint',
      'source_profile = k\nsts_regional_endpoints = x',
      'regional or legacy',
    ],
    ['certificates', 'source_profile = k\nca_bundle = ~/none.pem', 'there is no file'],
    ['sso without a role', 'source_profile = sso', 'sso_role_name is missing'],
  ])('refuses %s', async (_, settings, message) => {
    const role = `role_arn = ${roleA}`
    const config = `[profile p]\n${role}\n${settings}\n[profile q]\n${role}\nsource_profile = r
[profile r]\n${role}\nsource_profile = q\n[profile empty]\n[profile k]\n${keyLines}
[profile sso]\nsso_account_id = 123456789012\nsso_region = eu-west-1\nsso_start_url = https://x`
    const at = await rolesAt(config)
    await expect(profileCredentials({ profile: 'p', env: at.env }).get()).rejects.toMatchObject({
      code: 'bad_profile',
      message: expect.stringContaining(message),
    })
    expect(at.calls).toEqual([])
  })

  it('finds the endpoint in the services section, unless that is to be ignored', async () => {
    const sts = await startSts()
    const config = `[profile p]
role_arn = ${roleA}
source_profile = k
services = mine
endpoint_url = http://127.0.0.1:1/
[services mine]
sts =
  endpoint_url = ${sts.url}
[profile k]
${keyLines}`
    const home = await folderWith({ '.aws/config': config })
    await profileCredentials({ profile: 'p', env: { HOME: home } }).get()
    expect(sts.calls).toHaveLength(1)
    const asked: string[] = []
    const http = async ({ url }: { url: string }) => {
      asked.push(url)
      return { status: 403, headers: {}, body: '' }
    }
    const urlWith = async (variables: Environment) => {
      const env = { HOME: home, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true', ...variables }
      await expect(profileCredentials({ profile: 'p', env, http }).get()).rejects.toBeDefined()
      return asked.pop()
    }
    expect(await urlWith({})).toBe('https://sts.amazonaws.com/')
    expect(
      await urlWith({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1/' }),
    ).toBe('https://sts.eu-west-1.amazonaws.com/')
    expect(await urlWith({ AWS_REGION: 'us-east-2', AWS_USE_FIPS_ENDPOINT: 'true' })).toBe(
      'https://sts-fips.us-east-2.amazonaws.com/',
    )
    expect(await urlWith({ AWS_REGION: 'eu-west-1', AWS_USE_DUALSTACK_ENDPOINT: 'true' })).toBe(
      'https://sts.eu-west-1.api.aws/',
    )
    const legacy = { AWS_STS_REGIONAL_ENDPOINTS: 'legacy' }
    expect(await urlWith({ AWS_REGION: 'eu-west-1', ...legacy })).toBe('https://sts.amazonaws.com/')
    expect(await urlWith({ AWS_REGION: 'eu-south-1', ...legacy })).toBe(
      'https://sts.eu-south-1.amazonaws.com/',
    )
  })
})

describe('a profile with web_identity_token_file', () => {
  it('reads the token at each call, and signs nothing', async () => {
    const config = `[profile p]\nweb_identity_token_file = ~/token\nrole_arn = ${roleA}\n${keyLines}
[profile q]\nrole_arn = ${roleA}\nsource_profile = p`
    const at = await rolesAt(config)
    const source = profileCredentials({ profile: 'p', env: at.env, now: at.now })
    expect(await source.get()).toMatchObject({ accountId: '100000000001' })
    await writeFile(join(at.home, 'token'), 'another.web.token')
    await source.get()
    const tokens = at.calls.map(({ form }) => form.WebIdentityToken)
    expect(tokens).toEqual(['a.web.token', 'another.web.token'])
    expect(at.calls[0]).toMatchObject({
      signer: undefined,
      form: { Action: 'AssumeRoleWithWebIdentity', RoleSessionName: 'rolecall-1700000000' },
    })
    await profileCredentials({ profile: 'q', env: at.env }).get()
    expect(at.calls[3]?.signer).toBe('ASIA0003')
    await writeFile(join(at.home, 'token'), '')
    await expect(source.get()).rejects.toMatchObject({ code: 'bad_token' })
  })

  it('needs a role', async () => {
    const at = await rolesAt('[default]\nweb_identity_token_file = ~/token\n')
    const env = { ...at.env, AWS_ROLE_ARN: roleA }
    await expect(profileCredentials({ env }).get()).rejects.toMatchObject({
      code: 'bad_profile',
      message: 'profile "default": web_identity_token_file needs role_arn',
    })
  })
})

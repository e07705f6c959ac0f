import { describe, expect, it } from 'vitest'
import { credentialChain, defaultCredentialChain, staticCredentials } from '../src/index.ts'
import { folderWith } from './files.ts'
import { listen } from './listen.ts'
import { startSts } from './role-server.ts'

const nowhere = { AWS_EC2_METADATA_DISABLED: 'true' }
const keysOf = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = s\n`

describe('defaultCredentialChain', () => {
  it('has the links of AWS’s command, in its order', () => {
    const names = defaultCredentialChain({ env: {} }).links.map(({ name }) => name)
    expect(names).toEqual([
      ...['env', 'assume-role', 'assume-role-with-web-identity', 'sso', 'shared-credentials-file'],
      ...['login', 'custom-process', 'config-file', 'container-role', 'iam-role'],
    ])
    const chosen = defaultCredentialChain({ env: {}, profile: 'p' })
    expect(chosen.links.map(({ name }) => name)).toEqual(names.slice(1))
    expect(chosen.describe()).toBe(`the first of ${names.slice(1).join(', ')}`)
  })

  it('gives the first that there is, however many there are after it', async () => {
    const sts = await startSts()
    const container = await listen((_, response) => {
      const keys = { AccessKeyId: 'ASIACONTAINER', SecretAccessKey: 's', Token: 't' }
      response.end(JSON.stringify({ ...keys, Expiration: '2126-01-01T00:00:00Z' }))
    })
    const answer = '{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s"}'
    const files = {
      token: 'a.web.token',
      '.aws/credentials': `[p]\n${keysOf('AKIDSHARED')}`,
      '.aws/config': `[profile p]
role_arn = arn:aws:iam::100000000001:role/A
source_profile = p
credential_process = ${process.execPath} -p process.argv[1] '${answer}'
${keysOf('AKIDCONFIG')}`,
    }
    const home = await folderWith(files)
    const env = {
      ...{ HOME: home, AWS_PROFILE: 'p', AWS_ENDPOINT_URL_STS: sts.url, ...nowhere },
      ...{ AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 's' },
      ...{ AWS_WEB_IDENTITY_TOKEN_FILE: `${home}/token` },
      AWS_ROLE_ARN: 'arn:aws:iam::100000000002:role/B',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: container,
    }
    const got = async (given: object) =>
      (await defaultCredentialChain({ env: { ...env, ...given } }).get()).accessKeyId
    expect(await got({})).toBe('AKIDENV')
    const withoutEnv = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
    expect(await got(withoutEnv)).toBe('ASIA0001')
    expect(sts.calls.at(-1)).toMatchObject({ signer: 'AKIDSHARED', form: { Action: 'AssumeRole' } })
    const other = await folderWith({
      '.aws/credentials': files['.aws/credentials'],
      '.aws/config': files['.aws/config'].replace(/role_arn.*\nsource_profile.*\n/, ''),
    })
    const noRole = { ...withoutEnv, HOME: other }
    expect(await got(noRole)).toBe('ASIA0002')
    expect(sts.calls.at(-1)?.form.RoleArn).toBe(env.AWS_ROLE_ARN)
    const noToken = { ...noRole, AWS_WEB_IDENTITY_TOKEN_FILE: '' }
    expect(await got(noToken)).toBe('AKIDSHARED')
    const noFile = { ...noToken, AWS_SHARED_CREDENTIALS_FILE: `${home}/none` }
    expect(await got(noFile)).toBe('AKIDPROCESS')
    const config = await folderWith({ config: `[profile p]\n${keysOf('AKIDCONFIG')}` })
    expect(await got({ ...noFile, AWS_CONFIG_FILE: `${config}/config` })).toBe('AKIDCONFIG')
    const empty = await folderWith({ config: '[profile p]\n' })
    expect(await got({ ...noFile, AWS_CONFIG_FILE: `${empty}/config` })).toBe('ASIACONTAINER')
    // A profile in the options goes before the variables for keys and web identity.
    const { accessKeyId } = await defaultCredentialChain({
      profile: 'p',
      env: { ...env, HOME: other },
    }).get()
    expect(accessKeyId).toBe('AKIDSHARED')
  })

  it('tells at its end what each link said', async () => {
    const home = await folderWith({})
    const chain = defaultCredentialChain({ env: { HOME: home, ...nowhere } })
    await expect(chain.get()).rejects.toMatchObject({
      code: 'no_credentials',
      message: expect.stringMatching(
        /^no source has credentials \(env: .*neither is set; assume-role: profile "default" has no role_arn; .*; sso: .*; container-role: .*; iam-role: .*AWS_EC2_METADATA_DISABLED is true\)$/,
      ),
    })
  })

  it('ends at a profile that was chosen and is not there', async () => {
    const home = await folderWith({ '.aws/credentials': `[default]\n${keysOf('AKIDDEFAULT')}` })
    for (const given of [{ profile: 'p' }, { env: { AWS_PROFILE: 'p' } }]) {
      const chain = defaultCredentialChain({ ...given, env: { ...given.env, HOME: home } })
      await expect(chain.get()).rejects.toMatchObject({
        code: 'unknown_profile',
        message: expect.stringContaining('profile "p" does not stand in '),
      })
    }
  })

  it('uses a web identity of variables alone, and instance metadata by the profile', async () => {
    const sts = await startSts()
    const asked: string[] = []
    const metadata = await listen(({ message }, response) => {
      asked.push(`${message.method} ${message.url}`)
      response.writeHead(404).end()
    })
    const home = await folderWith({
      token: 'a.web.token',
      '.aws/config': `[default]\nec2_metadata_service_endpoint = ${metadata}\nec2_metadata_v1_disabled = false\n`,
    })
    const env = {
      HOME: home,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_WEB_IDENTITY_TOKEN_FILE: `${home}/token`,
      AWS_ROLE_ARN: 'arn:aws:iam::100000000001:role/A',
      AWS_ROLE_SESSION_NAME: 'pod',
    }
    await defaultCredentialChain({ env }).get()
    expect(sts.calls[0]).toMatchObject({ signer: undefined, form: { RoleSessionName: 'pod' } })
    const chain = defaultCredentialChain({ env: { HOME: home } })
    await expect(chain.get()).rejects.toMatchObject({ code: 'no_credentials' })
    expect(asked).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
    ])
  })
})

describe('credentialChain', () => {
  const given = staticCredentials({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' })
  it('describes itself by the source that gave credentials', async () => {
    const chain = credentialChain([{ name: 'given', source: given }])
    expect(chain.describe()).toBe('the first of given')
    await chain.get()
    expect(chain.describe()).toBe(given.describe())
  })

  it('does not hide a source that is broken behind another', async () => {
    const home = await folderWith({ '.aws/credentials': 'no section' })
    const [, role] = defaultCredentialChain({ env: { HOME: home } }).links
    if (role === undefined) throw new Error('no second link')
    const chain = credentialChain([role, { name: 'given', source: given }])
    await expect(chain.get()).rejects.toMatchObject({ code: 'bad_profile_file' })
  })
})

/** Secrets are planted in all that a source reads, and none is in anything that it says. */
import { createHash } from 'node:crypto'
import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  type CredentialSource,
  cachedCredentials,
  containerCredentials,
  credentialChain,
  defaultCredentialChain,
  environmentCredentials,
  instanceCredentials,
  processCredentials,
  profileCredentials,
  roleCredentials,
  samlCredentials,
  staticCredentials,
  webIdentityCredentials,
} from '../src/index.ts'
import { folderWith } from './files.ts'
import { listen } from './listen.ts'

const marks = ['PLANTEDsecret', 'PLANTEDtoken', 'PLANTEDother'] as const
const [secret, token, other] = marks.map(mark => `${mark}/0123456789+abcdefghij=`)
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: `${secret}`, sessionToken: `${token}` }
const keyLines = `aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = ${secret}\naws_session_token = ${token}`
const roleArn = 'arn:aws:iam::123456789012:role/A'
const answer = {
  Version: 1,
  AccessKeyId: 'AKIDEXAMPLE',
  SecretAccessKey: secret,
  SessionToken: token,
  Token: token,
  Expiration: '2126-01-01T00:00:00Z',
}

/** All that a source says: its description, its credentials as they are printed, or its error. */
async function saidBy(source: CredentialSource): Promise<string> {
  const outcome: unknown = await source.get().catch((error: unknown) => error)
  const texts = [source.describe(), inspect(source, { depth: 9 }), JSON.stringify(source)]
  for (let one = outcome; one !== undefined && one !== null; ) {
    texts.push(inspect(one, { depth: 9, showHidden: true }), format('%s %j', one, one), String(one))
    texts.push(JSON.stringify({ one }), one instanceof Error ? `${one.stack} ${one.message}` : '')
    one = one instanceof Error ? one.cause : undefined
  }
  return texts.join('\n')
}

async function expectSilence(source: CredentialSource): Promise<string> {
  const said = await saidBy(source)
  for (const mark of marks) expect(said).not.toContain(mark)
  return said
}

/** Something that repeats all it was sent, and secrets of its own, with a status. */
async function echo(status: number, body?: string) {
  return await listen((request, response) => {
    response.statusCode = status
    const repeated = `${request.body} ${JSON.stringify(request.message.headers)} ${request.message.url}`
    const Message = `${repeated} ${secret} ${token}`
    response.end(body ?? JSON.stringify({ Code: 'Denied', Message, message: Message }))
  })
}

const bodies: [string, string][] = [
  ['whole', JSON.stringify(answer)],
  ['cut off', JSON.stringify(answer).slice(0, -5)],
  ['without a key', JSON.stringify({ ...answer, AccessKeyId: undefined })],
  ['swapped', JSON.stringify({ ...answer, AccessKeyId: secret, SecretAccessKey: 'AKID' })],
  ['with a blank', JSON.stringify({ ...answer, SecretAccessKey: `${secret} ` })],
  ['with a secret for its time', JSON.stringify({ ...answer, Expiration: secret })],
  ['with a secret for its account', JSON.stringify({ ...answer, AccountId: secret })],
  ['that is text', `${secret}`],
]

describe('no source shows a secret', () => {
  it('of keys that are given', async () => {
    await expectSilence(staticCredentials(keys))
    await expectSilence(cachedCredentials(staticCredentials(keys)))
    await expectSilence(credentialChain([{ name: 'given', source: staticCredentials(keys) }]))
  })

  it.each([
    {},
    { AWS_SECRET_ACCESS_KEY: `${secret} ` },
    { AWS_ACCESS_KEY_ID: `${secret}` },
    { AWS_ACCESS_KEY_ID: '' },
    { AWS_CREDENTIAL_EXPIRATION: `${other}` },
    { AWS_ACCOUNT_ID: `${other}` },
  ])('of the environment %#', async changed => {
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_SESSION_TOKEN: token,
      ...changed,
    }
    await expectSilence(environmentCredentials(env))
    await expectSilence(defaultCredentialChain({ env }))
  })

  it.each([
    `[default]\n${keyLines}`,
    `[default]\n${secret}\n`,
    `${secret} = ${token}\n`,
    `[default]\n${keyLines}\n[default]\naws_secret_access_key = ${other}`,
    `[default]\n${secret} = 1\n${secret} = 2`,
    `[default]\naws_secret_access_key = ${secret}`,
    `[default]\naws_access_key_id = ${secret}\naws_secret_access_key = A`,
    `[default]\ns3 =\n  ${secret}`,
    `[${secret}\n`,
    `[default]\ncredential_process = "${secret}`,
    `[default]\ncredential_process = /no/program --password ${secret}`,
    `[default]\nrole_arn = ${roleArn}\nsource_profile = k\n[k]\n${keyLines}\n[k]\naws_session_token=x`,
  ])('of shared files %#', async text => {
    const home = await folderWith({ '.aws/credentials': text })
    await expectSilence(profileCredentials({ env: { HOME: home } }))
    const env = { HOME: home, AWS_EC2_METADATA_DISABLED: 'true' }
    await expectSilence(defaultCredentialChain({ env }))
  })

  it.each(bodies)('of an answer %s', async (_, body) => {
    const script = 'process.stdout.write(process.argv[1]); process.stderr.write(process.argv[1])'
    const printing = [process.execPath, '-e', script, body]
    await expectSilence(processCredentials({ command: printing }))
    const failing = [process.execPath, '-e', `${script}; process.exitCode = 1`, body]
    expect(await expectSilence(processCredentials({ command: failing }))).toContain('ended with 1')
    const url = await listen(({ message }, response) => {
      response.end(message.method === 'PUT' ? token : message.url?.endsWith('/') ? 'web' : body)
    })
    await expectSilence(instanceCredentials({ endpoint: url }))
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    }
    await expectSilence(containerCredentials({ env }))
  })

  it.each([400, 401, 403, 404, 418])(
    'of a service that repeats it with status %s',
    async status => {
      const url = await echo(status)
      const sts = { region: 'us-east-1', endpoint: `${url}/` }
      const role = { roleArn, roleSessionName: 'me', sts }
      const env = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
      }
      await expectSilence(containerCredentials({ env }))
      await expectSilence(instanceCredentials({ endpoint: url }))
      await expectSilence(roleCredentials({ ...role, source: staticCredentials(keys) }))
      await expectSilence(webIdentityCredentials({ ...role, token: async () => `${other}` }))
      const assertion = async () => Buffer.from(`${other}`.repeat(4)).toString('base64')
      const principalArn = 'arn:aws:iam::123456789012:saml-provider/idp'
      await expectSilence(samlCredentials({ roleArn, principalArn, sts, assertion }))
      const saved = { accessToken: token, expiresAt: '2126-01-01T00:00:00Z' }
      const name = createHash('sha1').update('https://x').digest('hex')
      const home = await folderWith({
        [`.aws/sso/cache/${name}.json`]: JSON.stringify(saved),
        '.aws/config':
          '[default]\nsso_account_id=123456789012\nsso_role_name=A\nsso_region=eu-west-1\nsso_start_url=https://x',
      })
      const said = await expectSilence(
        profileCredentials({ env: { HOME: home, AWS_ENDPOINT_URL_SSO: url } }),
      )
      expect(said).toContain(`status ${status}`)
    },
  )

  it('of token files', async () => {
    const home = await folderWith({ token: `${token}\n` })
    const env = {
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/a',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${home}/token`,
    }
    const said = await expectSilence(containerCredentials({ env }))
    expect(said).toContain('bad_token')
  })
})

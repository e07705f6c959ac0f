import { describe, expect, it } from 'vitest'
import type { CredentialSource, Credentials } from '../credentials/credentials.ts'
import { AwsError } from '../errors.ts'
import { containerEndpoint } from './container-endpoint.ts'

const now = new Date('2026-01-02T03:04:05Z')
const temporary = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'the+secret',
  sessionToken: 'the+session+token',
  expiration: new Date('2026-01-02T04:04:05.900Z'),
}
const deployToken = 'deploy-token-0123456789-0123456789'
const backupToken = 'backup-token-0123456789-0123456789'

const source = (get: () => Promise<Credentials>): CredentialSource => ({
  get,
  describe: () => 'a source',
})
const giving = (credentials: Credentials) => source(async () => credentials)

function endpoint(deploy: CredentialSource = giving(temporary)) {
  const handler = containerEndpoint({
    hosts: ['127.0.0.1', 'localhost', '::1'],
    now: () => now,
    roles: {
      deploy: {
        source: deploy,
        token: deployToken,
        roleArn: 'arn:aws:iam::123456789012:role/Deploy',
      },
      backup: { source: giving({ ...temporary, accountId: '210987654321' }), token: backupToken },
    },
  })
  return (target: string, headers: Record<string, string> = {}, method = 'GET') =>
    handler({
      method,
      target,
      headers: { host: '127.0.0.1:9912', authorization: deployToken, ...headers },
      remoteAddress: '127.0.0.1',
    })
}

describe('containerEndpoint', () => {
  it('answers in the form that SDKs read, and keeps it out of caches', async () => {
    const answer = await endpoint()('/credentials')
    expect(answer).toMatchObject({ status: 200, result: 'credentials', role: 'deploy' })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-length': String(answer.body.length),
    })
    expect(JSON.parse(answer.body)).toEqual({
      AccessKeyId: 'ASIAEXAMPLE',
      SecretAccessKey: 'the+secret',
      Token: 'the+session+token',
      Expiration: '2026-01-02T04:04:05Z',
      RoleArn: 'arn:aws:iam::123456789012:role/Deploy',
    })
  })

  it('gives each token its own role', async () => {
    const ask = endpoint()
    const answer = await ask('/v1/credentials', { authorization: backupToken })
    expect(answer.role).toBe('backup')
    expect(JSON.parse(answer.body).AccountId).toBe('210987654321')
    expect((await ask('/credentials/deploy')).role).toBe('deploy')
    expect((await ask('/creds?x=1', {}, 'HEAD')).status).toBe(200)
  })

  it.each([
    ['no token', '/credentials', ''],
    ['a wrong token', '/credentials', `${deployToken}x`],
    ['a part of a token', '/credentials', deployToken.slice(0, -1)],
    ['a token with another case', '/credentials', deployToken.toUpperCase()],
    ['two tokens', '/credentials', `${deployToken},${deployToken}`],
    ['the token of another role', '/credentials/backup', deployToken],
    ['a role that is not there', '/credentials/nobody', deployToken],
    ['an encoding that is none', '/credentials/%zz', deployToken],
    ['a name of every object', '/credentials/constructor', deployToken],
  ])('refuses %s with 401', async (_, target, authorization) => {
    const answer = await endpoint()(target, { authorization })
    expect(answer).toMatchObject({ status: 401, result: 'refused_token' })
    expect(JSON.parse(answer.body).Code).toBe('AccessDenied')
    expect(answer.body).not.toContain('deploy-token')
  })

  it.each([
    'attacker.example',
    'attacker.example:9912',
    '127.0.0.1.attacker.example',
    '127.0.0.1,attacker.example',
    '127.0.0.1@attacker.example',
    'localhost.',
    '',
    '[::1',
  ])('refuses the host %j, token or not', async host => {
    const answer = await endpoint()('/credentials', { host })
    expect(answer).toMatchObject({ status: 403, result: 'refused_host' })
  })

  it.each(['LOCALHOST:1', '[::1]:9912', '[0:0::0:1]'])('knows itself as %s', async host => {
    expect((await endpoint()('/credentials', { host })).status).toBe(200)
  })

  it.each([
    '/',
    '//credentials',
    '/credentials//',
    '/./credentials',
    '/%63redentials',
    '/credentials%2f',
    'http://127.0.0.1:9912/credentials',
    '/latest/meta-data/',
  ])('has nothing at %s', async target => {
    expect([401, 404]).toContain((await endpoint()(target)).status)
  })

  it('takes no other method', async () => {
    const answer = await endpoint()('/credentials', {}, 'POST')
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
    expect((await endpoint()('/credentials', {}, 'OPTIONS')).status).toBe(405)
  })

  it.each([
    ['expired credentials', { ...temporary, expiration: now }],
    ['credentials without a readable end', { ...temporary, expiration: new Date(Number.NaN) }],
    ['long-term keys', { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the+secret' }],
    ['a session without an end', { ...temporary, expiration: undefined } as unknown as Credentials],
  ])('never gives %s: 503', async (_, credentials) => {
    const answer = await endpoint(giving(credentials))('/credentials')
    expect(answer).toMatchObject({ status: 503, result: 'unavailable', role: 'deploy' })
    expect(JSON.parse(answer.body)).toEqual({
      Code: 'CredentialsUnavailable',
      Message: expect.stringContaining('a source'),
    })
    expect(answer.body).not.toContain('the+secret')
  })

  it('says why a source fails, and nothing of an error that is not ours', async () => {
    const failing = source(async () => {
      throw new AwsError('no_credentials', 'nothing there')
    })
    const answer = await endpoint(failing)('/credentials')
    expect(answer.reason).toBe('no credentials of a source: no_credentials: nothing there')
    const broken = source(async () => {
      throw new TypeError('cannot read the+secret')
    })
    expect(JSON.stringify(await endpoint(broken)('/credentials'))).not.toContain('the+secret')
  })

  it('asks about the peer before all else', async () => {
    const handler = containerEndpoint({ hosts: [], mayCall: () => false, roles: {} })
    const answer = await handler({ method: 'GET', target: '/', headers: {} })
    expect(answer).toMatchObject({ status: 403, result: 'refused_peer' })
  })

  it.each([
    ['short', { a: 'short' }],
    ['with a line end', { a: `${deployToken}\n` }],
    ['shared', { a: deployToken, b: deployToken }],
  ])('takes no token that is %s', (_, tokens) => {
    const entries = Object.entries(tokens).map(
      ([name, token]) => [name, { token, source: giving(temporary) }] as const,
    )
    expect(() => containerEndpoint({ hosts: [], roles: Object.fromEntries(entries) })).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        message: expect.not.stringContaining('deploy-token'),
      }),
    )
  })
})

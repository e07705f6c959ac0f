import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { profileCredentials } from '../src/index.ts'
import { folderWith } from './files.ts'
import { listen } from './listen.ts'

const now = new Date('2026-01-01T12:00:00Z')
const config = `[profile p]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin & More
[sso-session corp]
sso_region = eu-central-1
sso_start_url = https://corp.awsapps.com/start
[profile legacy]
sso_account_id = 123456789012
sso_role_name = Admin
sso_region = eu-central-1
sso_start_url = https://corp.awsapps.com/start
`
const saved = {
  startUrl: 'https://corp.awsapps.com/start',
  region: 'eu-central-1',
  accessToken: 'access-1-0123456789',
  expiresAt: '2026-01-01T13:00:00Z',
  refreshToken: 'refresh-1-0123456789',
  clientId: 'client',
  clientSecret: 'client-secret-0123456789',
  registrationExpiresAt: '2026-02-01T00:00:00Z',
}

interface Asked {
  readonly path: string
  readonly token: string | undefined
  readonly body: unknown
}

/** Identity Center by the wire forms of the SSO portal and OIDC APIs, and a person's home. */
async function identityCenter(
  files: Readonly<Record<string, object>>,
  given: { portalStatus?: number; oidc?: object | number; expiration?: unknown } = {},
) {
  const asked: Asked[] = []
  const url = await listen(({ message, body }, response) => {
    const token = message.headers['x-amz-sso_bearer_token']
    asked.push({
      path: message.url ?? '',
      token: typeof token === 'string' ? token : undefined,
      body: body === '' ? undefined : JSON.parse(body),
    })
    if (message.url === '/token') {
      const oidc = given.oidc ?? { accessToken: 'access-2', expiresIn: 3600 }
      response.statusCode = typeof oidc === 'number' ? oidc : 200
      response.end(JSON.stringify(typeof oidc === 'number' ? { error: 'invalid_grant' } : oidc))
      return
    }
    response.statusCode = given.portalStatus ?? 200
    const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's3cret', sessionToken: 'token' }
    const { expiration = Date.parse('2026-01-01T13:00:00Z') } = given
    const roleCredentials = { ...keys, expiration }
    const refusal = { message: `no: ${token}`, __type: 'Refused' }
    response.end(JSON.stringify(response.statusCode === 200 ? { roleCredentials } : refusal))
  })
  const cached = Object.entries(files).map(([name, text]) => [
    cacheFile(name),
    JSON.stringify(text),
  ])
  const home = await folderWith({ '.aws/config': config, ...Object.fromEntries(cached) })
  const env = { HOME: home, AWS_ENDPOINT_URL_SSO: url, AWS_ENDPOINT_URL_SSO_OIDC: `${url}/` }
  const source = (profile: string) => profileCredentials({ profile, env, now: () => now })
  return { asked, home, source }
}

function cacheFile(name: string): string {
  return join('.aws/sso/cache', `${createHash('sha1').update(name).digest('hex')}.json`)
}

describe('a profile of IAM Identity Center', () => {
  it('asks the portal with the token that the sign-in left behind', async () => {
    const at = await identityCenter({ corp: saved, 'https://corp.awsapps.com/start': saved })
    const credentials = {
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 's3cret',
      sessionToken: 'token',
      expiration: new Date('2026-01-01T13:00:00Z'),
      accountId: '123456789012',
    }
    expect(await at.source('p').get()).toEqual(credentials)
    expect(await at.source('legacy').get()).toEqual(credentials)
    const query = (role: string) => `role_name=${role}&account_id=123456789012`
    expect(at.asked.map(({ path, token }) => [path, token])).toEqual([
      [`/federation/credentials?${query('Admin%20%26%20More')}`, saved.accessToken],
      [`/federation/credentials?${query('Admin')}`, saved.accessToken],
    ])
  })

  it.each([1e300, 8.64e15, -1, '2026-01-01T13:00:00Z'])(
    'takes no credentials with the expiration %j',
    async expiration => {
      const at = await identityCenter({ corp: saved }, { expiration })
      await expect(at.source('p').get()).rejects.toMatchObject({ code: 'bad_answer' })
    },
  )

  it('renews a token that is about to end, and writes the new one in its place', async () => {
    const oidc = { accessToken: 'access-2', expiresIn: 3600, refreshToken: 'refresh-2' }
    const at = await identityCenter(
      { corp: { ...saved, expiresAt: '2026-01-01T12:10:00UTC' } },
      { oidc },
    )
    await at.source('p').get()
    expect(at.asked[0]).toMatchObject({
      path: '/token',
      body: {
        grantType: 'refresh_token',
        refreshToken: saved.refreshToken,
        clientId: 'client',
        clientSecret: saved.clientSecret,
      },
    })
    expect(at.asked[1]?.token).toBe('access-2')
    const file = join(at.home, cacheFile('corp'))
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      ...saved,
      accessToken: 'access-2',
      refreshToken: 'refresh-2',
      expiresAt: '2026-01-01T13:00:00Z',
    })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('uses a token to its end when it cannot be renewed', async () => {
    const soon = { ...saved, expiresAt: '2026-01-01T12:00:01Z' }
    const refused = await identityCenter({ corp: soon }, { oidc: 400 })
    await refused.source('p').get()
    expect(refused.asked.map(({ token }) => token)).toEqual([undefined, saved.accessToken])
    // The legacy form has no renewal, whatever the file holds.
    const legacy = await identityCenter({ 'https://corp.awsapps.com/start': soon })
    await legacy.source('legacy').get()
    expect(legacy.asked).toHaveLength(1)
  })

  it.each<[string, Readonly<Record<string, object>>, object]>([
    ['nobody has signed in', {}, {}],
    [
      'the sign-in has ended',
      { corp: { ...saved, expiresAt: '2026-01-01T12:00:00Z' } },
      { oidc: 400 },
    ],
    [
      'its registration has ended as well',
      {
        corp: {
          ...saved,
          expiresAt: '2026-01-01T11:00:00Z',
          registrationExpiresAt: '2026-01-01T12:00:00Z',
        },
      },
      {},
    ],
    ['the portal does not know the token', { corp: saved }, { portalStatus: 401 }],
  ])('when %s says how to sign in', async (_, files, given) => {
    const at = await identityCenter(files, given)
    await expect(at.source('p').get()).rejects.toMatchObject({
      code: 'sso_login_needed',
      message: expect.stringMatching(/sign in with `aws sso login --profile p`$/),
    })
  })

  it('says what the portal says, but for the token', async () => {
    const at = await identityCenter({ corp: saved }, { portalStatus: 403 })
    await expect(at.source('p').get()).rejects.toMatchObject({
      code: 'credentials_refused',
      status: 403,
      message: expect.not.stringContaining(saved.accessToken),
    })
  })

  it.each([{}, [], { ...saved, expiresAt: 'soon' }, { ...saved, accessToken: 'a\r\nb' }])(
    'refuses the token file %j',
    async file => {
      const at = await identityCenter({ corp: file })
      await expect(at.source('p').get()).rejects.toMatchObject({ code: 'bad_token' })
      expect(at.asked).toEqual([])
    },
  )
})

describe('the settings of Identity Center in a profile', () => {
  const role = 'sso_account_id = 123456789012\nsso_role_name = Admin\n'
  const session = '[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://x\n'
  it.each<[string, string]>([
    [`${role}sso_session = none\n`, 'has no [sso-session none]'],
    [`${role}sso_session = s\nsso_region = us-east-1\n${session}`, 'sso_region is another than'],
    [`${role}`, 'sso_region is missing'],
    [`sso_account_id = 123456789012\nsso_session = s\n${session}`, 'sso_role_name is missing'],
    [`sso_account_id = 1234\nsso_role_name = A\nsso_session = s\n${session}`, '12 digits'],
    [`${role}sso_start_url = https://x\nsso_region = eu-west-1.example.com\n`, 'is no region'],
  ])('refuses %j', async (settings, message) => {
    const home = await folderWith({ '.aws/config': `[default]\n${settings}` })
    await expect(profileCredentials({ env: { HOME: home } }).get()).rejects.toMatchObject({
      code: 'bad_profile',
      message: expect.stringContaining(message),
    })
  })
})

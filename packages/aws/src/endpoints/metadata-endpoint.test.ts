import { describe, expect, it } from 'vitest'
import type { CredentialSource, Credentials } from '../credentials/credentials.ts'
import { type MetadataEndpointOptions, metadataEndpoint } from './metadata-endpoint.ts'

const start = new Date('2026-01-02T03:04:05Z')
const temporary = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'the+secret',
  sessionToken: 'the+session+token',
  expiration: new Date('2026-01-02T04:04:05Z'),
}
const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds'
const rolesPath = '/latest/meta-data/iam/security-credentials'

function endpoint(options: Partial<MetadataEndpointOptions> = {}, names = ['web+role', 'other']) {
  let now = start
  let credentials: Credentials = temporary
  const source: CredentialSource = { get: async () => credentials, describe: () => 'a source' }
  const handler = metadataEndpoint({
    hosts: ['127.0.0.1', '169.254.169.254'],
    roles: { names: () => names, find: name => (names.includes(name) ? source : undefined) },
    facts: { region: 'eu-central-1', accountId: '123456789012', instanceId: 'i-0123456789abcdef0' },
    now: () => now,
    ...options,
  })
  const ask = (method: string, target: string, headers: Record<string, string> = {}) =>
    handler({ method, target, headers: { host: '127.0.0.1', ...headers } })
  const tokenOf = async (seconds: number) =>
    (await ask('PUT', '/latest/api/token', { [ttlHeader]: String(seconds) })).body
  return {
    ask,
    tokenOf,
    get: async (target: string) =>
      ask('GET', target, { 'x-aws-ec2-metadata-token': await tokenOf(21_600) }),
    passTime: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
    rotate: (next: Credentials) => {
      credentials = next
    },
  }
}

describe('a session token', () => {
  it('is given with its lifetime echoed, ends with it, and differs each time', async () => {
    const { ask, passTime } = endpoint()
    const answer = await ask('PUT', '/latest/api/token', { [ttlHeader]: '60' })
    expect(answer).toMatchObject({ status: 200, result: 'token', headers: { [ttlHeader]: '60' } })
    const token = answer.body
    const read = (with_: string) =>
      ask('GET', `${rolesPath}/`, { 'x-aws-ec2-metadata-token': with_ })
    expect((await read(token)).status).toBe(200)
    passTime(59)
    expect((await read(token)).status).toBe(200)
    passTime(1)
    expect((await read(token)).status).toBe(401)
  })

  it.each(['', '0', '21601', '-1', '1.5', '60,60', '0x10', '99999', ' 60'])(
    'is not given for a lifetime of %j: 400',
    async ttl => {
      const answer = await endpoint().ask('PUT', '/latest/api/token', { [ttlHeader]: ttl })
      expect(answer.status).toBe(400)
    },
  )

  it('is not given without a lifetime: 400', async () => {
    expect((await endpoint().ask('PUT', '/latest/api/token')).status).toBe(400)
  })

  it.each(['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'via', 'x-real-ip'])(
    'is not given through a proxy (%s)',
    async name => {
      for (const value of ['203.0.113.9', '']) {
        const headers = { [ttlHeader]: '60', [name]: value }
        const answer = await endpoint().ask('PUT', '/latest/api/token', headers)
        expect(answer).toMatchObject({ status: 403, result: 'refused_forwarded' })
      }
    },
  )

  it.each([
    ['/2021-01-03/api/token', 403],
    ['/latest/meta-data/', 405],
    ['//latest/api/token', 403],
    ['/latest/api/token/', 405],
    ['/latest/api/%74oken', 405],
  ])('is not at %s: %s', async (target, status) => {
    const answer = await endpoint().ask('PUT', target, { [ttlHeader]: '60' })
    expect(answer.status).toBe(status)
    expect(answer.body).not.toMatch(/^[\w-]{40,}/)
  })

  it('is of use nowhere else, and no letter of it can be changed', async () => {
    const { ask, tokenOf } = endpoint()
    const foreign = await endpoint().tokenOf(60)
    const own = await tokenOf(60)
    const changed = [...own].map((letter, at) => {
      const other = letter === 'A' ? 'B' : 'A'
      return own.slice(0, at) + other + own.slice(at + 1)
    })
    for (const token of [foreign, ...changed, '', `${own}=`, `${own},${own}`, own.slice(1)]) {
      const answer = await ask('GET', '/latest/', { 'x-aws-ec2-metadata-token': token })
      expect(answer.status).toBe(401)
    }
  })

  it('is needed, unless version 1 is on and no proxy stands between', async () => {
    expect((await endpoint().ask('GET', `${rolesPath}/`)).status).toBe(401)
    const v1 = endpoint({ v1: true })
    expect((await v1.ask('GET', `${rolesPath}/`)).status).toBe(200)
    const forwarded = await v1.ask('GET', `${rolesPath}/`, { 'x-forwarded-for': '203.0.113.9' })
    expect(forwarded.status).toBe(403)
    const wrong = await v1.ask('GET', `${rolesPath}/`, { 'x-aws-ec2-metadata-token': 'wrong' })
    expect(wrong.status).toBe(401)
  })
})

describe('roles', () => {
  it('stand one a line, with and without a slash', async () => {
    const { get } = endpoint()
    for (const slash of ['', '/']) {
      const answer = await get(rolesPath + slash)
      expect([answer.status, answer.body]).toEqual([200, 'web+role\nother'])
      expect(answer.headers['content-type']).toBe('text/plain')
    }
  })

  it('have their credentials in the form of EC2', async () => {
    const { get, passTime, rotate } = endpoint()
    const answer = await get(`${rolesPath}/web%2Brole`)
    expect(answer).toMatchObject({ status: 200, result: 'credentials', role: 'web+role' })
    const expected = {
      Code: 'Success',
      LastUpdated: '2026-01-02T03:04:05Z',
      Type: 'AWS-HMAC',
      AccessKeyId: 'ASIAEXAMPLE',
      SecretAccessKey: 'the+secret',
      Token: 'the+session+token',
      Expiration: '2026-01-02T04:04:05Z',
    }
    expect(JSON.parse(answer.body)).toEqual(expected)
    passTime(60)
    expect(JSON.parse((await get(`${rolesPath}/web+role`)).body)).toEqual(expected)
    rotate({ ...temporary, accessKeyId: 'ASIAANOTHER' })
    expect(JSON.parse((await get(`${rolesPath}/web+role`)).body)).toMatchObject({
      AccessKeyId: 'ASIAANOTHER',
      LastUpdated: '2026-01-02T03:05:05Z',
    })
  })

  it('never give expired credentials: 503 in JSON', async () => {
    const { get, passTime } = endpoint()
    passTime(3600)
    const answer = await get(`${rolesPath}/other`)
    expect(answer).toMatchObject({ status: 503, result: 'unavailable', role: 'other' })
    expect(JSON.parse(answer.body)).toEqual({
      Code: 'CredentialsUnavailable',
      Message: 'the credentials of a source have expired',
    })
  })

  it('that are unknown get 404, or 200 and nothing for old callers', async () => {
    const none = endpoint({}, [])
    expect((await none.get(`${rolesPath}/`)).status).toBe(404)
    expect((await none.get(`${rolesPath}/other`)).status).toBe(404)
    const old = endpoint({ missing: 'empty' }, [])
    for (const target of [`${rolesPath}/`, `${rolesPath}/other`]) {
      const answer = await old.get(target)
      expect([answer.status, answer.body]).toEqual([200, ''])
    }
    expect((await old.get('/latest/meta-data/ami-id')).status).toBe(404)
  })
})

describe('the tree', () => {
  it.each([
    ['/', expect.stringMatching(/^1\.0\n[\s\S]*\nlatest$/)],
    ['/latest', 'dynamic\nmeta-data'.replace(/$/gm, '/')],
    ['/latest/meta-data/', 'iam/\ninstance-id\nplacement/\nservices/'],
    ['/latest/meta-data', 'iam/\ninstance-id\nplacement/\nservices/'],
    ['/latest/meta-data/iam/', 'security-credentials/'],
    ['/latest/meta-data/placement/', 'availability-zone\nregion'],
    ['/latest/meta-data/placement/region', 'eu-central-1'],
    ['/2021-01-03/meta-data/placement/availability-zone', 'eu-central-1a'],
    ['/latest/meta-data/services/domain', 'amazonaws.com'],
    ['/latest/meta-data/instance-id?x', 'i-0123456789abcdef0'],
  ])('shows %s', async (target, body) => {
    const answer = await endpoint().get(target)
    expect([answer.status, answer.body]).toEqual([200, body])
  })

  it('has an identity document of what is known', async () => {
    const { body } = await endpoint().get('/latest/dynamic/instance-identity/document')
    expect(JSON.parse(body)).toEqual({
      accountId: '123456789012',
      availabilityZone: 'eu-central-1a',
      instanceId: 'i-0123456789abcdef0',
      region: 'eu-central-1',
      version: '2017-09-30',
    })
    const none = endpoint({ facts: {} })
    expect((await none.get('/latest/dynamic/instance-identity/document')).status).toBe(404)
  })

  it.each([
    '//latest/meta-data/',
    '/latest//meta-data/',
    '/latest/meta-data//',
    '/latest/meta-data/../meta-data/placement/region',
    '/latest/%6deta-data/',
    '/latest/%2e%2e/latest/meta-data/',
    `${rolesPath}//other`,
    `${rolesPath}/other/`,
    `${rolesPath}/%2e%2e/security-credentials/other`,
    `${rolesPath}/%zz`,
    '/latest/meta-data/placement/region/',
    '/latest/user-data',
    '/2020-02-30/meta-data/',
    '/meta-data/',
    'http://169.254.169.254/latest/meta-data/',
    '*',
    '',
  ])('has nothing at %j', async target => {
    expect((await endpoint().get(target)).status).toBe(404)
  })

  it('takes no other method', async () => {
    const { ask } = endpoint()
    for (const method of ['POST', 'DELETE', 'OPTIONS', 'TRACE', 'get']) {
      expect((await ask(method, '/latest/meta-data/')).status).toBe(405)
    }
    expect((await ask('GET', '/latest/api/token')).headers.allow).toBe('PUT')
  })

  it('refuses a host name that is not its own, tokens too', async () => {
    for (const method of ['GET', 'PUT']) {
      const answer = await endpoint({ v1: true }).ask(method, '/latest/api/token', {
        host: 'attacker.example',
        [ttlHeader]: '60',
      })
      expect(answer).toMatchObject({ status: 403, result: 'refused_host' })
    }
  })
})

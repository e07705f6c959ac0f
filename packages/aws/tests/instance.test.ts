import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type Environment, type HttpRequest, instanceCredentials } from '../src/index.ts'
import { listen, origin } from './listen.ts'

const answer = {
  Code: 'Success',
  Type: 'AWS-HMAC',
  LastUpdated: '2026-01-01T00:00:00Z',
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 's3cret',
  Token: 'token',
  Expiration: '2126-01-01T00:00:00Z',
}

interface Metadata {
  readonly tokenStatus?: number
  readonly v1?: boolean
  readonly roles?: string
  readonly answer?: object
  /** The answer as it stands. */
  readonly text?: string
  /** The statuses of the first answers to GET. */
  readonly faults?: readonly number[]
  /** The answer to PUT never comes. */
  readonly isTokenLost?: boolean
}

/** A metadata service by the wire form of the EC2 User Guide. */
async function metadata(given: Metadata = {}) {
  const asked: string[] = []
  const faults = [...(given.faults ?? [])]
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (request.method === 'PUT') {
      if (given.isTokenLost) return
      response.statusCode = given.tokenStatus ?? 200
      const ttl = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds'])
      if (!(ttl >= 1 && ttl <= 21_600)) response.statusCode = 400
      response.end(response.statusCode === 200 ? 'the-token==' : '')
      return
    }
    const isKnown = request.headers['x-aws-ec2-metadata-token'] === 'the-token=='
    const fault = faults.shift()
    const base = '/latest/meta-data/iam/security-credentials/'
    const path = request.url ?? ''
    response.statusCode = isKnown || given.v1 ? (fault ?? 200) : 401
    if (response.statusCode !== 200) response.end('')
    else if (path === base) response.end(given.roles ?? 'web')
    else if (path === `${base}web`) {
      response.end(given.text ?? JSON.stringify(given.answer ?? answer))
    } else if (path === '/latest/meta-data/') response.end('iam/\n')
    else response.writeHead(404).end()
  })
  return { endpoint: await origin(server), asked }
}

describe('instanceCredentials', () => {
  it('asks for a token, the role and its credentials', async () => {
    const { endpoint, asked } = await metadata()
    const source = instanceCredentials({ endpoint: `${endpoint}/` })
    expect(await source.get()).toEqual({
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 's3cret',
      sessionToken: 'token',
      expiration: new Date('2126-01-01T00:00:00Z'),
    })
    expect(asked).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/web',
    ])
    expect(source.describe()).toBe('EC2 instance metadata')
  })

  it('finds the service by the variables', async () => {
    const urls: string[] = []
    const http = async ({ url }: HttpRequest) => {
      urls.push(new URL(url).origin)
      return { status: 404, headers: {}, body: '' }
    }
    const ask = (env: Environment) =>
      instanceCredentials({ env, http })
        .get()
        .catch(({ code }) => code)
    const name = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
    expect(await ask({})).toBe('credentials_refused')
    await ask({ [`${name}_MODE`]: 'IPv6' })
    await ask({ [`${name}_MODE`]: 'IPv6', [name]: 'http://127.0.0.1:8080/' })
    expect(urls).toEqual([
      'http://169.254.169.254',
      'http://[fd00:ec2::254]',
      'http://127.0.0.1:8080',
    ])
    expect(await ask({ AWS_EC2_METADATA_DISABLED: 'TRUE' })).toBe('no_credentials')
    expect(await ask({ [`${name}_MODE`]: 'IPv5' })).toBe('invalid_argument')
    expect(await ask({ [name]: 'metadata' })).toBe('bad_url')
    expect(await ask({ AWS_METADATA_SERVICE_TIMEOUT: '0' })).toBe('invalid_argument')
    expect(await ask({ AWS_METADATA_SERVICE_NUM_ATTEMPTS: 'many' })).toBe('invalid_argument')
    expect(urls).toHaveLength(3)
  })

  it('names the hop limit when only the answer to the token request is lost', async () => {
    for (const v1 of [false, true]) {
      const { endpoint } = await metadata({ isTokenLost: true, v1 })
      const source = instanceCredentials({ endpoint, requestTimeoutMs: 200 })
      await expect(source.get()).rejects.toMatchObject({
        code: 'metadata_hop_limit',
        message: expect.stringContaining('http-put-response-hop-limit'),
      })
    }
    const { endpoint } = await metadata({ isTokenLost: true, v1: true })
    const source = instanceCredentials({ endpoint, requestTimeoutMs: 200, allowV1: true })
    expect(await source.get()).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
  })

  it('has nothing to offer where nothing answers', async () => {
    const silent = await origin(createServer(() => undefined))
    for (const endpoint of ['http://127.0.0.1:1', silent]) {
      const source = instanceCredentials({ endpoint, requestTimeoutMs: 200 })
      await expect(source.get()).rejects.toMatchObject({
        code: 'no_credentials',
        message: expect.stringContaining('nothing answers'),
      })
    }
  })

  it.each([403, 404, 405])('uses version 1 after %s only where it is allowed', async status => {
    const { endpoint, asked } = await metadata({ tokenStatus: status, v1: true })
    await expect(instanceCredentials({ endpoint }).get()).rejects.toMatchObject({
      code: 'credentials_refused',
      status,
    })
    const env = { AWS_EC2_METADATA_V1_DISABLED: 'true' }
    const forbidden = instanceCredentials({ endpoint, env, allowV1: true })
    await expect(forbidden.get()).rejects.toMatchObject({ code: 'credentials_refused' })
    expect(asked).toEqual(['PUT /latest/api/token', 'PUT /latest/api/token'])
    expect(await instanceCredentials({ endpoint, allowV1: true }).get()).toMatchObject({
      accessKeyId: 'ASIAEXAMPLE',
    })
  })

  it('never uses version 1 after a refusal of the request itself', async () => {
    const { endpoint } = await metadata({ tokenStatus: 400, v1: true })
    await expect(instanceCredentials({ endpoint, allowV1: true }).get()).rejects.toMatchObject({
      code: 'credentials_refused',
    })
  })

  it('asks again after faults, and gives up after some', async () => {
    const passing = await metadata({ faults: [500, 503] })
    await instanceCredentials({ endpoint: passing.endpoint }).get()
    expect(passing.asked).toHaveLength(5)
    const lasting = await metadata({ faults: Array.from({ length: 9 }, () => 503) })
    await expect(
      instanceCredentials({ endpoint: lasting.endpoint, attempts: 2 }).get(),
    ).rejects.toMatchObject({ code: 'credentials_refused', status: 503 })
    expect(lasting.asked).toHaveLength(3)
  })

  it('takes the first of several roles, or the one that is named', async () => {
    const { endpoint } = await metadata({ roles: 'web\nother\n' })
    expect(await instanceCredentials({ endpoint }).get()).toMatchObject({ sessionToken: 'token' })
    const other = instanceCredentials({ endpoint, role: 'other' })
    await expect(other.get()).rejects.toMatchObject({ code: 'credentials_refused', status: 404 })
    const none = instanceCredentials({ endpoint, role: 'none' })
    await expect(none.get()).rejects.toMatchObject({ code: 'no_credentials' })
  })

  it.each<[Metadata, string]>([
    [{ faults: [404] }, 'no_credentials'],
    [{ roles: '' }, 'no_credentials'],
    [{ roles: '../user-data' }, 'bad_answer'],
    [{ answer: { Code: 'AssumeRoleUnauthorizedAccess', Message: 'no' } }, 'credentials_refused'],
    [{ answer: { ...answer, Code: 'Failed' } }, 'credentials_refused'],
    [{ answer: { ...answer, Expiration: undefined } }, 'bad_answer'],
    [{ answer: { ...answer, SecretAccessKey: undefined } }, 'incomplete_credentials'],
    [{ answer: [] }, 'bad_answer'],
  ])('fails with %j as %s', async (given, code) => {
    const { endpoint } = await metadata(given)
    await expect(instanceCredentials({ endpoint }).get()).rejects.toMatchObject({ code })
  })

  it('reads a refusal however deep it is', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    const { endpoint } = await metadata({ text: `{"Code":"Refused","a":${deep}}` })
    await expect(instanceCredentials({ endpoint }).get()).rejects.toMatchObject({
      code: 'credentials_refused',
      message: expect.stringContaining('(Refused)'),
    })
  })

  it('refuses a page in place of a token', async () => {
    const endpoint = await listen((_, response) => response.end('<html> </html>'))
    await expect(instanceCredentials({ endpoint }).get()).rejects.toMatchObject({
      code: 'bad_answer',
    })
  })
})

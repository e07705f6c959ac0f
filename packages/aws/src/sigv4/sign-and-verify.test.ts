import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../errors.ts'
import type { IncomingRequest } from './incoming-request.ts'
import { presignUrl } from './presign-url.ts'
import { signRequest } from './sign-request.ts'
import { verifySignedRequest } from './verify-signed-request.ts'
import type { VerifyOptions } from './verify-types.ts'

const now = new Date('2026-01-02T03:04:05Z')
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const plain = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey }
const temporary = { ...plain, sessionToken: 'FwoGZXIvYXdzE//token+value==' }

const segment = fc.string({
  unit: fc.constantFrom(
    'a',
    'B',
    '7',
    '-',
    '~',
    '%20',
    '%2F',
    '%C3%A9',
    '+',
    '*',
    "'",
    ':',
    '@',
    ',',
  ),
  minLength: 1,
  maxLength: 6,
})
const path = fc.array(segment, { maxLength: 4 }).map(segments => `/${segments.join('/')}`)
const part = fc.string({
  unit: fc.constantFrom('a', 'A', '0', '_', '%3D', '%26', '+', '/', '!', '%e9', ':'),
  maxLength: 5,
})
const query = fc
  .array(fc.tuple(part, fc.option(part)), { maxLength: 5 })
  .map(pairs =>
    pairs.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join('&'),
  )
const headerValue = fc.string({
  unit: fc.constantFrom('a', 'Z', ' ', '  ', '\t', ',', '"', 'é', '✓'),
  maxLength: 12,
})
const headers = fc.dictionary(
  fc.constantFrom('content-type', 'X-Custom', 'x-amz-meta-a', 'accept', 'range', 'user-agent'),
  fc.oneof(headerValue, fc.array(headerValue, { minLength: 1, maxLength: 3 })),
)
const body = fc.oneof(fc.constant(undefined), fc.string(), fc.uint8Array())
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path,
  query,
  headers,
  body,
})
const service = fc.constantFrom('sts', 's3', 'execute-api')
const credentials = fc.constantFrom(plain, temporary)

function verifierFor(signedService: string): VerifyOptions {
  return {
    now,
    service: signedService,
    regions: ['eu-central-1'],
    findCredentials: (accessKeyId, token) => {
      if (accessKeyId !== plain.accessKeyId) return undefined
      return token === undefined ? plain : temporary
    },
  }
}

/** As they come off the wire: one character for each byte of UTF-8. */
function received(sent: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  )
}

function refusal(incoming: IncomingRequest, options: VerifyOptions): AwsError | undefined {
  try {
    verifySignedRequest(incoming, options)
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

/** The same request with one thing changed that the signature covers. */
function changed(incoming: IncomingRequest, what: string): IncomingRequest {
  const [target = '', search] = incoming.path.split(/\?(.*)/s)
  switch (what) {
    case 'method':
      return { ...incoming, method: incoming.method === 'GET' ? 'HEAD' : 'GET' }
    case 'path':
      return {
        ...incoming,
        path: `${target === '/' ? '' : target}/x${search === undefined ? '' : `?${search}`}`,
      }
    case 'query':
      return { ...incoming, path: `${target}?${search === undefined ? '' : `${search}&`}zz=1` }
    case 'host':
      return { ...incoming, headers: { ...incoming.headers, host: 'evil.example' } }
    case 'header':
      return { ...incoming, headers: { ...incoming.headers, 'x-custom': 'changed' } }
    case 'added header':
      return { ...incoming, headers: { ...incoming.headers, 'x-amz-added': '1' } }
    case 'time':
      return { ...incoming, headers: { ...incoming.headers, 'x-amz-date': '20260102T030406Z' } }
    default: {
      const bytes = Buffer.from(incoming.body ?? '')
      return { ...incoming, body: Buffer.concat([bytes, Buffer.from('x')]) }
    }
  }
}

const changes = ['method', 'path', 'query', 'host', 'header', 'added header', 'time', 'body']

describe('signRequest and verifySignedRequest', () => {
  it('agree on every request, and on no changed one', () => {
    fc.assert(
      fc.property(request, service, credentials, (made, signedService, signer) => {
        const target = made.query === '' ? made.path : `${made.path}?${made.query}`
        const { 'X-Custom': custom = 'value', ...others } = made.headers
        const given = { ...others, 'x-custom': custom }
        const sent = signRequest(
          {
            method: made.method,
            url: `https://api.example.com${target}`,
            headers: given,
            ...(made.body === undefined ? {} : { body: made.body }),
          },
          { credentials: signer, region: 'eu-central-1', service: signedService, now },
        )
        const incoming = {
          method: made.method,
          path: target,
          headers: received(sent),
          ...(made.body === undefined ? {} : { body: made.body }),
        }
        const verified = verifySignedRequest(incoming, verifierFor(signedService))
        expect(verified).toMatchObject({
          form: 'header',
          accessKeyId: 'AKIDEXAMPLE',
          isPayloadSigned: true,
        })
        for (const what of changes) {
          expect(refusal(changed(incoming, what), verifierFor(signedService)), what).toBeInstanceOf(
            AwsError,
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  it('agree on every presigned request, and on no changed one', () => {
    fc.assert(
      fc.property(path, query, credentials, (madePath, madeQuery, signer) => {
        const url = presignUrl(
          { method: 'GET', url: `https://api.example.com${madePath}?${madeQuery}` },
          {
            credentials: signer,
            region: 'eu-central-1',
            service: 'sts',
            now,
            expiresInSeconds: 60,
          },
        )
        const incoming = {
          method: 'GET',
          path: url.slice('https://api.example.com'.length),
          headers: { host: 'api.example.com' },
        }
        const options = verifierFor('sts')
        expect(verifySignedRequest(incoming, options).form).toBe('query')
        for (const what of ['method', 'path', 'query', 'host', 'added header', 'body']) {
          expect(refusal(changed(incoming, what), options), what).toBeInstanceOf(AwsError)
        }
        for (const name of ['Expires', 'Date', 'Credential', 'SignedHeaders', 'Signature']) {
          const path_ = incoming.path.replace(
            new RegExp(`(X-Amz-${name}=[^&]*)(\\w)`),
            (_, start, last) => `${start}${last === '1' ? '2' : '1'}`,
          )
          expect(refusal({ ...incoming, path: path_ }, options), name).toBeInstanceOf(AwsError)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('signRequest', () => {
  const options = { credentials: temporary, region: 'us-east-1', service: 's3', now }
  const url = 'https://bucket.s3.amazonaws.com/a%20b'

  it('replaces what an earlier signature left', () => {
    const first = signRequest({ method: 'GET', url }, { ...options, now: new Date(0) })
    const again = signRequest(
      { method: 'GET', url, headers: first },
      { ...options, credentials: plain },
    )
    expect(again).toEqual(signRequest({ method: 'GET', url }, { ...options, credentials: plain }))
    expect(again).not.toHaveProperty('x-amz-security-token')
  })

  it('sends the hash of the payload to S3, or says that it is unsigned', () => {
    const body = 'data'
    const hashed = signRequest({ method: 'PUT', url, body }, options)
    expect(hashed['x-amz-content-sha256']).toBe(
      '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7',
    )
    const unsigned = signRequest(
      { method: 'PUT', url, body },
      { ...options, unsignedPayload: true },
    )
    expect(unsigned['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD')
  })

  it.each([
    ['a user name in the URL', { url: 'https://a@b.example/' }, 'bad_url'],
    ['another scheme', { url: 'ftp://b.example/' }, 'bad_url'],
    ['a fragment', { url: 'https://b.example/#a' }, 'bad_url'],
    ['a line break in the URL', { url: 'https://b.example/a\r\nX: y' }, 'bad_url'],
    ['a line break in a header', { headers: { a: 'b\r\nc: d' } }, 'invalid_argument'],
    ['a line break in a header name', { headers: { 'a\r\nb': 'c' } }, 'invalid_argument'],
    ['one header in two spellings', { headers: { Accept: 'a', accept: 'b' } }, 'invalid_argument'],
    ['a header that is no own property', { headers: { ['__proto__']: 'x' } }, 'invalid_argument'],
  ])('refuses %s', (_, change, code) => {
    expect(() => signRequest({ method: 'GET', url, ...change }, options)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it.each([
    [{ now: new Date(Number.NaN) }, 'invalid_argument'],
    [{ region: 'us-east-1/s3' }, 'bad_region'],
    [{ service: 's3\n' }, 'invalid_argument'],
  ])('refuses the options %j', (change, code) => {
    expect(() => signRequest({ method: 'GET', url }, { ...options, ...change })).toThrow(
      expect.objectContaining({ code }),
    )
  })
})

describe('presignUrl', () => {
  const options = { credentials: plain, region: 'us-east-1', service: 'sts', now }

  it.each([0, -1, 1.5, 604_801, Number.NaN])('refuses a life of %d seconds', expiresInSeconds => {
    expect(() =>
      presignUrl({ method: 'GET', url: 'https://a.example/' }, { ...options, expiresInSeconds }),
    ).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  })

  it('refuses a URL that is presigned already', () => {
    const once = presignUrl(
      { method: 'GET', url: 'https://a.example/' },
      { ...options, expiresInSeconds: 60 },
    )
    expect(() =>
      presignUrl({ method: 'GET', url: once }, { ...options, expiresInSeconds: 60 }),
    ).toThrow(expect.objectContaining({ code: 'bad_url' }))
  })
})

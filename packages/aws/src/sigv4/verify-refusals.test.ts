import { describe, expect, it } from 'vitest'
import { AwsError } from '../errors.ts'
import type { IncomingRequest } from './incoming-request.ts'
import { presignUrl } from './presign-url.ts'
import { signRequest } from './sign-request.ts'
import { signStreamingRequest } from './sign-streaming-request.ts'
import type { SigningOptions } from './types.ts'
import { verifySignedRequest } from './verify-signed-request.ts'
import type { VerifyOptions } from './verify-types.ts'

const now = new Date('2026-01-02T03:04:05Z')
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey, sessionToken: 'the-token' }
const signing: SigningOptions = { credentials, region: 'us-east-1', service: 'sts', now }
const verifying: VerifyOptions = {
  now,
  service: 'sts',
  regions: region => region === 'us-east-1',
  findCredentials: accessKeyId => (accessKeyId === 'ASIAEXAMPLE' ? credentials : undefined),
}

function later(milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds)
}

function signed(change: Partial<SigningOptions> = {}, body = 'Action=x'): IncomingRequest {
  const headers = signRequest(
    { method: 'POST', url: 'https://sts.example/', body },
    { ...signing, ...change },
  )
  return { method: 'POST', path: '/', headers, body }
}

function withHeaders(
  request: IncomingRequest,
  headers: IncomingRequest['headers'],
): IncomingRequest {
  return { ...request, headers: { ...request.headers, ...headers } }
}

function refusalOf(request: IncomingRequest, change: Partial<VerifyOptions> = {}) {
  try {
    verifySignedRequest(request, { ...verifying, ...change })
  } catch (error) {
    if (error instanceof AwsError) return `${error.status} ${error.code} ${error.message}`
    throw error
  }
  return 'accepted'
}

const authorization = String(signed().headers.authorization)

describe('what verifySignedRequest answers', () => {
  it('accepts a right request', () => {
    expect(refusalOf(signed())).toBe('accepted')
  })

  it.each<[string, IncomingRequest, string]>([
    [
      'no signature',
      { method: 'POST', path: '/', headers: { host: 'sts.example' } },
      '403 MissingAuthenticationToken Request is missing Authentication Token',
    ],
    [
      'a wrong region and service',
      signed({ region: 'eu-west-9', service: 'iam' }),
      "403 SignatureDoesNotMatch Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. ",
    ],
    [
      'an unknown key',
      signed({ credentials: { ...credentials, accessKeyId: 'ASIAUNKNOWN' } }),
      '403 InvalidClientTokenId The security token included in the request is invalid.',
    ],
    [
      'a missing token',
      signed({ credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey } }),
      '403 InvalidClientTokenId The security token included in the request is invalid.',
    ],
    [
      'another token',
      signed({ credentials: { ...credentials, sessionToken: 'another' } }),
      '403 InvalidClientTokenId The security token included in the request is invalid.',
    ],
    [
      'another secret',
      signed({ credentials: { ...credentials, secretAccessKey: 'another' } }),
      '403 SignatureDoesNotMatch The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ],
    [
      'a clock that is slow',
      signed({ now: later(-901_000) }),
      '403 SignatureDoesNotMatch Signature expired: 20260102T024904Z is now earlier than 20260102T024905Z (20260102T030405Z - 15 min.)',
    ],
    [
      'a clock that is fast',
      signed({ now: later(901_000) }),
      '403 SignatureDoesNotMatch Signature not yet current: 20260102T031906Z is still later than 20260102T031905Z (20260102T030405Z + 15 min.)',
    ],
    [
      'a header that is not signed',
      withHeaders(signed(), { 'x-amz-target': 'x' }),
      '403 AccessDenied There were headers present in the request which were not signed: x-amz-target',
    ],
    [
      'no parameters',
      withHeaders(signed(), { authorization: 'AWS4-HMAC-SHA256 Credential=a' }),
      "400 IncompleteSignature Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      'another scheme',
      withHeaders(signed(), { authorization: 'Bearer abc' }),
      "400 IncompleteSignature Authorization header requires the algorithm 'AWS4-HMAC-SHA256'.",
    ],
  ])('%s', (_, request, answer) => {
    expect(refusalOf(request)).toBe(answer)
  })

  it.each<[string, IncomingRequest['headers']]>([
    ['two Authorization headers', { authorization: [authorization, authorization] }],
    ['the same header in two spellings', { Authorization: authorization }],
    ['a parameter twice', { authorization: `${authorization}, Signature=${'0'.repeat(64)}` }],
    ['a short signature', { authorization: authorization.replace(/.$/, '') }],
    [
      'upper-case hex',
      { authorization: authorization.replace(/[0-9a-f]{64}$/, hex => hex.toUpperCase()) },
    ],
    ['a credential of four parts', { authorization: authorization.replace('/aws4_request', '') }],
    [
      'signed headers out of order',
      { authorization: authorization.replace('host;x-amz-date', 'x-amz-date;host') },
    ],
    ['a signed header twice', { authorization: authorization.replace('host;', 'host;host;') }],
    ['two dates', { 'x-amz-date': ['20260102T030405Z', '20260102T030405Z'] }],
    ['a date that is none', { 'x-amz-date': '20260132T030405Z' }],
    ['two hosts', { host: ['sts.example', 'sts.example'] }],
    ['a control character', { host: 'sts.example\n' }],
    ['bytes that are not UTF-8', { host: '\xff' }],
  ])('refuses %s as incomplete', (_, headers) => {
    expect(refusalOf(withHeaders(signed(), headers))).toMatch(/^400 IncompleteSignature /)
  })

  it('refuses a signature in both places', () => {
    const url = presignUrl(
      { method: 'POST', url: 'https://sts.example/' },
      { ...signing, expiresInSeconds: 9 },
    )
    const request = { ...signed(), path: url.slice('https://sts.example'.length) }
    expect(refusalOf(request)).toMatch(/^400 IncompleteSignature Only one auth mechanism allowed/)
  })

  it('refuses a signature that does not cover the host', () => {
    const request = withHeaders(signed(), { authorization: authorization.replace('host;', '') })
    expect(refusalOf(request)).toMatch(/^403 SignatureDoesNotMatch 'Host' or ':authority' must be/)
  })

  it('refuses a scope of another day or with another end', () => {
    const day = withHeaders(signed(), {
      authorization: authorization.replace('/20260102/', '/20260101/'),
    })
    expect(refusalOf(day)).toMatch(
      /^403 SignatureDoesNotMatch Date in Credential scope does not match/,
    )
    const end = withHeaders(signed(), {
      authorization: authorization.replace('aws4_request', 'aws5_request'),
    })
    expect(refusalOf(end)).toMatch(/^403 SignatureDoesNotMatch .*valid terminator: 'aws4_request'/)
  })

  it('takes the Date header when there is no x-amz-date', () => {
    const request = withHeaders(signed(), {
      'x-amz-date': undefined,
      date: 'Fri, 02 Jan 2026 03:04:05 GMT',
    })
    expect(refusalOf(request)).toMatch(/^403 SignatureDoesNotMatch The request signature/)
    const none = withHeaders(signed(), { 'x-amz-date': undefined })
    expect(refusalOf(none)).toMatch(/^400 IncompleteSignature .*existence of either/)
  })
})

describe('the order of the checks', () => {
  const allWrong = signed({
    region: 'eu-west-9',
    credentials: { ...credentials, sessionToken: 'another', secretAccessKey: 'another' },
    now: later(-10_000_000),
  })

  it('is scope, token, clock, signature', () => {
    const regions = ['eu-west-9']
    const findCredentials = () => ({ ...credentials, sessionToken: 'another' })
    expect(refusalOf(allWrong)).toMatch(/Credential should be scoped/)
    expect(refusalOf(allWrong, { regions })).toMatch(/InvalidClientTokenId/)
    const expired = () => ({ ...findCredentials(), expiration: now })
    expect(refusalOf(allWrong, { regions, findCredentials: expired })).toBe(
      '403 ExpiredToken The security token included in the request is expired',
    )
    expect(refusalOf(allWrong, { regions, findCredentials })).toMatch(/Signature expired/)
    const then = later(-10_000_000)
    expect(refusalOf(allWrong, { regions, findCredentials, now: then })).toMatch(
      /The request signature we calculated/,
    )
  })
})

describe('the body', () => {
  it('must be the one that was signed', () => {
    expect(refusalOf({ ...signed(), body: 'Action=y' })).toMatch(/^403 SignatureDoesNotMatch/)
    const s3 = { ...signed({ service: 's3' }), body: 'other' }
    expect(refusalOf(s3, { service: 's3' })).toMatch(/^400 XAmzContentSHA256Mismatch/)
  })

  it('may be unsigned only where that is allowed', () => {
    const request = signed({ service: 's3', unsignedPayload: true })
    expect(refusalOf(request, { service: 's3' })).toMatch(/^403 AccessDenied The payload/)
    expect(refusalOf(request, { service: 's3', allowUnsignedPayload: true })).toBe('accepted')
    const verified = verifySignedRequest(request, {
      ...verifying,
      service: 's3',
      allowUnsignedPayload: true,
    })
    expect(verified.isPayloadSigned).toBe(false)
  })

  it('in chunks is read by a reader of its own', () => {
    const { headers } = signStreamingRequest(
      { method: 'PUT', url: 'https://sts.example/', decodedLength: 0 },
      { ...signing, service: 's3' },
    )
    const request = { method: 'PUT', path: '/', headers }
    expect(refusalOf(request, { service: 's3' })).toMatch(/^501 unsupported .*createPayloadReader/)
  })
})

describe('a presigned request', () => {
  const url = presignUrl(
    { method: 'GET', url: 'https://sts.example/?a=b' },
    { ...signing, expiresInSeconds: 60 },
  )
  const path = url.slice('https://sts.example'.length)
  const request = { method: 'GET', path, headers: { host: 'sts.example' } }

  it('lives as long as it says', () => {
    expect(refusalOf(request)).toBe('accepted')
    expect(refusalOf(request, { now: later(60_000) })).toBe('accepted')
    expect(refusalOf(request, { now: later(60_001) })).toBe(
      '400 RequestExpired Request has expired.',
    )
    expect(refusalOf(request, { now: later(-901_000) })).toMatch(/Signature not yet current/)
  })

  it.each([
    ['a parameter twice', `${path}&X-Amz-Date=20260102T030405Z`],
    ['the signature twice', `${path}&X-Amz-Signature=${'0'.repeat(64)}`],
    ['no expiry', path.replace(/X-Amz-Expires=\d+&/, '')],
    ['an endless expiry', path.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801')],
    ['no signature', path.replace(/&X-Amz-Signature=.*/, '')],
    ['another algorithm', path.replace('HMAC-SHA256', 'HMAC-SHA1')],
    ['a credential that is not UTF-8', path.replace('X-Amz-Credential=', 'X-Amz-Credential=%FF')],
  ])('is refused with %s', (_, changed) => {
    expect(refusalOf({ ...request, path: changed })).toMatch(/^400 IncompleteSignature/)
  })

  it('for S3 has an unsigned payload', () => {
    const s3 = presignUrl(
      { method: 'GET', url: 'https://sts.example/k' },
      { ...signing, service: 's3', expiresInSeconds: 60 },
    )
    const s3Request = { ...request, path: s3.slice('https://sts.example'.length) }
    expect(refusalOf(s3Request, { service: 's3', allowUnsignedPayload: true })).toBe('accepted')
    expect(refusalOf(s3Request, { service: 's3' })).toMatch(/^403 AccessDenied/)
  })
})

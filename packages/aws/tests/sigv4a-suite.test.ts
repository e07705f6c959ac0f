import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ecdsaKey } from '../src/sigv4/ecdsa-key.ts'
import { presignUrlTraced } from '../src/sigv4/presign-url.ts'
import { signRequestTraced } from '../src/sigv4/sign-request.ts'
import { verifySignedRequest } from '../src/sigv4/verify-signed-request.ts'
import { canonicalHeadersOf, casesOf, parseRequest, readCase } from './sigv4-suite-cases.ts'

// Of two cases the suite has nothing but the request.
const bare = ['get-vanilla-query-order-key', 'get-vanilla-query-order-value']
const cases = casesOf('v4a').filter(name => !bare.includes(name))
const algorithm = 'AWS4-ECDSA-P256-SHA256'

/** The public key that the suite gives for a case. */
function publicKeyOf(text: string) {
  const { X, Y } = JSON.parse(text) as { X: string; Y: string }
  const coordinate = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')
  return { kty: 'EC', crv: 'P-256', x: coordinate(X), y: coordinate(Y) }
}

function isSignature(publicKey: JsonWebKey, text: string, signature: string): boolean {
  const key = createPublicKey({ format: 'jwk', key: publicKey })
  return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'hex'))
}

/** A signature of SigV4A is another one each time: what stands before it is compared. */
function unsigned(text: string | undefined): string | undefined {
  return text?.replace(/Signature=[0-9a-f]+$/, 'Signature=')
}

describe('the SigV4A test suite of aws-c-auth', () => {
  it('has all its cases', () => {
    expect(cases).toHaveLength(38)
  })

  it.each([
    ['get-vanilla-query-order-key', 'Param1=Value1&Param1=value2'],
    ['get-vanilla-query-order-value', 'Param1=value1&Param1=value2'],
  ])('%s, which is a request only', (name, query) => {
    const { common, request, verifying } = readCase('v4a', name)
    const { headers, canonicalRequest } = signRequestTraced(request, { ...common, algorithm })
    expect(canonicalRequest.split('\n')[2]).toBe(query)
    const options = { ...verifying, sigV4aRegion: 'us-east-1' }
    expect(verifySignedRequest({ ...request, headers }, options).form).toBe('header')
  })

  it.each(cases)('%s, derived key', name => {
    const { read, common } = readCase('v4a', name)
    const { accessKeyId, secretAccessKey } = common.credentials
    const { publicKey, privateKey } = ecdsaKey(accessKeyId, secretAccessKey)
    const expected = publicKeyOf(read('public-key.json'))
    expect(publicKey.export({ format: 'jwk' })).toEqual(expected)
    expect(createPublicKey(privateKey).export({ format: 'jwk' })).toEqual(expected)
  })

  it.each(cases)('%s, header form', name => {
    const { read, context, common, request } = readCase('v4a', name)
    const traced = signRequestTraced(request, {
      ...common,
      algorithm,
      contentSha256Header: context.sign_body,
    })
    expect(traced.canonicalRequest).toBe(read('header-canonical-request.txt').trimEnd())
    expect(traced.stringToSign).toBe(read('header-string-to-sign.txt').trimEnd())
    const key = publicKeyOf(read('public-key.json'))
    expect(isSignature(key, traced.stringToSign, traced.signature)).toBe(true)
    expect(isSignature(key, traced.stringToSign, read('header-signature.txt').trimEnd())).toBe(true)
    const { authorization, ...headers } = canonicalHeadersOf(read('header-signed-request.txt'))
    expect(traced.headers).toEqual({ ...headers, authorization: traced.headers.authorization })
    expect(unsigned(traced.headers.authorization)).toBe(unsigned(authorization))
  })

  it.each(cases)('%s, query form', name => {
    const { read, context, common, request } = readCase('v4a', name)
    const traced = presignUrlTraced(request, {
      ...common,
      algorithm,
      expiresInSeconds: context.expiration_in_seconds,
    })
    expect(traced.canonicalRequest).toBe(read('query-canonical-request.txt').trimEnd())
    expect(traced.stringToSign).toBe(read('query-string-to-sign.txt').trimEnd())
    const key = publicKeyOf(read('public-key.json'))
    expect(isSignature(key, traced.stringToSign, traced.signature)).toBe(true)
    expect(isSignature(key, traced.stringToSign, read('query-signature.txt').trimEnd())).toBe(true)
    const { url } = parseRequest(read('query-signed-request.txt'))
    expect(unsigned(traced.url)).toBe(unsigned(url))
  })

  it.each(cases)('%s, both forms verified', name => {
    const { read, verifying } = readCase('v4a', name)
    for (const form of ['header', 'query'] as const) {
      const incoming = parseRequest(read(`${form}-signed-request.txt`))
      const verified = verifySignedRequest(incoming, { ...verifying, sigV4aRegion: 'us-east-1' })
      expect(verified).toMatchObject({ form, algorithm, region: 'us-east-1' })
      for (const sigV4aRegion of [undefined, 'us-east-2']) {
        const options = sigV4aRegion === undefined ? verifying : { ...verifying, sigV4aRegion }
        expect(() => verifySignedRequest(incoming, options)).toThrow(/scoped to a valid region/)
      }
    }
  })
})

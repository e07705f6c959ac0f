import { describe, expect, it } from 'vitest'
import { presignUrlTraced } from '../src/sigv4/presign-url.ts'
import { signRequestTraced } from '../src/sigv4/sign-request.ts'
import { verifySignedRequest } from '../src/sigv4/verify-signed-request.ts'
import { canonicalHeadersOf, casesOf, parseRequest, readCase } from './sigv4-suite-cases.ts'

const cases = casesOf('v4')

function authorizationIn(text: string): string | undefined {
  return /^Authorization:(.*)$/m.exec(text)?.[1]
}

describe('the SigV4 test suite of aws-c-auth', () => {
  it('has all its cases', () => {
    expect(cases).toHaveLength(38)
  })

  it.each(cases)('%s, header form', name => {
    const { read, context, common, request } = readCase('v4', name)
    const traced = signRequestTraced(request, { ...common, contentSha256Header: context.sign_body })
    expect(traced.canonicalRequest).toBe(read('header-canonical-request.txt').trimEnd())
    expect(traced.stringToSign).toBe(read('header-string-to-sign.txt').trimEnd())
    expect(traced.signature).toBe(read('header-signature.txt').trimEnd())
    const signed = read('header-signed-request.txt')
    expect(traced.headers.authorization).toBe(authorizationIn(signed))
    expect(traced.headers).toEqual(canonicalHeadersOf(signed))
  })

  it.each(cases)('%s, query form', name => {
    const { read, context, common, request } = readCase('v4', name)
    const traced = presignUrlTraced(request, {
      ...common,
      expiresInSeconds: context.expiration_in_seconds,
    })
    expect(traced.canonicalRequest).toBe(read('query-canonical-request.txt').trimEnd())
    expect(traced.stringToSign).toBe(read('query-string-to-sign.txt').trimEnd())
    expect(traced.signature).toBe(read('query-signature.txt').trimEnd())
    expect(traced.url).toBe(parseRequest(read('query-signed-request.txt')).url)
  })

  it.each(cases)('%s, both forms verified', name => {
    const { read, verifying } = readCase('v4', name)
    for (const form of ['header', 'query'] as const) {
      const verified = verifySignedRequest(
        parseRequest(read(`${form}-signed-request.txt`)),
        verifying,
      )
      expect(verified).toMatchObject({ form, accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1' })
    }
  })
})

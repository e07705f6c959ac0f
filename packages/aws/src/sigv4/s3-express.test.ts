import { describe, expect, it } from 'vitest'
import { presignUrl } from './presign-url.ts'
import { signRequest } from './sign-request.ts'
import type { SigningOptions } from './types.ts'
import { verifySignedRequest } from './verify-signed-request.ts'
import type { VerifyOptions } from './verify-types.ts'

const now = new Date('2026-01-02T03:04:05Z')
const host = 'bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com'
const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's', sessionToken: 'the//token' }
const signing: SigningOptions = {
  credentials,
  region: 'us-east-1',
  service: 's3express',
  now,
  sessionTokenHeader: 'x-amz-s3session-token',
}
const verifying: VerifyOptions = {
  now,
  service: 's3express',
  allowUnsignedPayload: true,
  findCredentials: () => credentials,
}
const request = { method: 'GET', url: `https://${host}/key` }

describe('a session of an S3 directory bucket', () => {
  it('has its token in a header of its own, which is signed', () => {
    const headers = signRequest(request, signing)
    expect(headers['x-amz-s3session-token']).toBe('the//token')
    expect(headers).not.toHaveProperty('x-amz-security-token')
    expect(headers.authorization).toContain('x-amz-s3session-token')
    const incoming = { method: 'GET', path: '/key', headers }
    expect(verifySignedRequest(incoming, verifying).sessionToken).toBe('the//token')
  })

  it('has its token in a parameter of its own in a presigned URL', () => {
    const url = presignUrl(request, { ...signing, expiresInSeconds: 60 })
    expect(url).toContain('&X-Amz-S3session-Token=the%2F%2Ftoken&')
    const incoming = { method: 'GET', path: url.slice(`https://${host}`.length), headers: { host } }
    expect(verifySignedRequest(incoming, verifying).sessionToken).toBe('the//token')
    const other = { ...incoming, path: incoming.path.replace('token&', 'tokem&') }
    expect(() => verifySignedRequest(other, verifying)).toThrow(/security token .* is invalid/)
  })

  it('is begun with a usual token', () => {
    const { sessionTokenHeader: _, ...usual } = signing
    const incoming = { method: 'GET', path: '/key', headers: signRequest(request, usual) }
    expect(verifySignedRequest(incoming, verifying).sessionToken).toBe('the//token')
  })

  it('has one token', () => {
    const headers = { ...signRequest(request, signing), 'x-amz-security-token': 'the//token' }
    const incoming = { method: 'GET', path: '/key', headers }
    expect(() => verifySignedRequest(incoming, verifying)).toThrow(/Only one session token/)
  })

  it('means nothing to other services', () => {
    const headers = signRequest(request, { ...signing, service: 's3' })
    const incoming = { method: 'GET', path: '/key', headers }
    expect(() => verifySignedRequest(incoming, { ...verifying, service: 's3' })).toThrow(
      /security token .* is invalid/,
    )
  })
})

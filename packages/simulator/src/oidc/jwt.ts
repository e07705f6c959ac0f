import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { JsonWebKey } from '../world/loaded.ts'

/** The algorithms that STS takes (STS API reference, AssumeRoleWithWebIdentity), as Node calls their parts (RFC 7518, 3.1). */
const algorithms = {
  RS256: { hash: 'sha256', type: 'rsa', curve: undefined },
  RS384: { hash: 'sha384', type: 'rsa', curve: undefined },
  RS512: { hash: 'sha512', type: 'rsa', curve: undefined },
  ES256: { hash: 'sha256', type: 'ec', curve: 'prime256v1' },
  ES384: { hash: 'sha384', type: 'ec', curve: 'secp384r1' },
  ES512: { hash: 'sha512', type: 'ec', curve: 'secp521r1' },
} as const

/** One of the six. */
export type JwtAlgorithm = keyof typeof algorithms

/** Their names. */
export const jwtAlgorithms = Object.keys(algorithms) as readonly JwtAlgorithm[]

/** The claims of a token, unchecked. */
export type Claims = Readonly<Record<string, unknown>>

/** A JWS in compact form (RFC 7515, 7.1), taken apart but not verified. */
export interface ReadJwt {
  readonly algorithm: JwtAlgorithm
  readonly keyId: string | undefined
  readonly claims: Claims
  readonly signedText: string
  readonly signature: Uint8Array
}

/** Takes a token apart; `undefined` for what is no JWT of a known algorithm. */
export function readJwt(token: string): ReadJwt | undefined {
  const parts = token.split('.')
  const [head = '', body = '', signature = ''] = parts
  if (parts.length !== 3 || !parts.every(part => /^[\w-]+$/.test(part))) return undefined
  const header = jsonOf(head)
  const claims = jsonOf(body)
  if (header === undefined || claims === undefined || 'crit' in header) return undefined
  const algorithm = jwtAlgorithms.find(name => name === header.alg)
  if (algorithm === undefined) return undefined
  return {
    algorithm,
    keyId: typeof header.kid === 'string' ? header.kid : undefined,
    claims,
    signedText: `${head}.${body}`,
    signature: Buffer.from(signature, 'base64url'),
  }
}

/** Whether a key of an issuer signed the token. The key must be of the algorithm's type and, if it says so, for it. */
export function isSignedBy(jwt: ReadJwt, jwk: JsonWebKey): boolean {
  const { hash, type, curve } = algorithms[jwt.algorithm]
  if (jwk.alg !== undefined && jwk.alg !== jwt.algorithm) return false
  if (jwk.use !== undefined && jwk.use !== 'sig') return false
  const key = publicKeyOf(jwk)
  if (key?.asymmetricKeyType !== type) return false
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (type === 'ec' ? namedCurve !== curve : modulusLength < 2048) return false
  const signed = Buffer.from(jwt.signedText)
  return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, jwt.signature)
}

/** Signs claims as a JWS in compact form. */
export function signJwt(
  claims: Claims,
  by: { readonly algorithm: JwtAlgorithm; readonly keyId: string; readonly key: KeyObject },
): string {
  const { algorithm, keyId, key } = by
  const header = { alg: algorithm, typ: 'JWT', kid: keyId }
  const text = [header, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const { hash } = algorithms[algorithm]
  const signature = sign(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

function publicKeyOf(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

function jsonOf(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url')),
    )
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? { ...value } : undefined
  } catch {
    return undefined
  }
}

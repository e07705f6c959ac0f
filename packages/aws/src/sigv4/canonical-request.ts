import { hash } from 'node:crypto'
import type { CanonicalHeader } from './canonical-headers.ts'
import type { Signer } from './signer.ts'

/** SHA-256 of nothing. */
export const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** What stands in the place of the hash when the body is not signed. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/** The hash of a body: SHA-256 in hex, of UTF-8 for text. */
export function payloadHash(body: string | Uint8Array | undefined): string {
  return body === undefined || body.length === 0 ? emptyHash : hash('sha256', body)
}

/** The names of signed headers as in `SignedHeaders=`. */
export function signedHeaderNames(headers: readonly CanonicalHeader[]): string {
  let names = ''
  for (const [name] of headers) names += names === '' ? name : `;${name}`
  return names
}

/** The canonical request (IAM User Guide, "Create a signed AWS API request", step 1). */
export function canonicalRequest(
  method: string,
  path: string,
  query: string,
  headers: readonly CanonicalHeader[],
  names: string,
  payload: string,
): string {
  let lines = ''
  for (const [name, value] of headers) lines += `${name}:${value}\n`
  return `${method}\n${path}\n${query}\n${lines}\n${names}\n${payload}`
}

/** The string to sign (step 3 there) of a canonical request. */
export function stringToSign(signer: Signer, time: string, canonical: string): string {
  return `${signer.algorithm}\n${time}\n${signer.scope}\n${hash('sha256', canonical)}`
}

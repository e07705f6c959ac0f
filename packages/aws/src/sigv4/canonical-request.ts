import { hash } from 'node:crypto'
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
export function signedHeaderNames(names: readonly string[]): string {
  let text = ''
  for (const name of names) text += text === '' ? name : `;${name}`
  return text
}

/**
 * The canonical request (IAM User Guide, "Create a signed AWS API request", step 1), from the headers by name and the
 * sorted names of those to sign, one by one and as text.
 */
export function canonicalRequest(
  method: string,
  path: string,
  query: string,
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
  namesText: string,
  payload: string,
): string {
  let lines = ''
  for (const name of names) lines += `${name}:${headers[name]}\n`
  return `${method}\n${path}\n${query}\n${lines}\n${namesText}\n${payload}`
}

/** The string to sign (step 3 there) of a canonical request. */
export function stringToSign(signer: Signer, time: string, canonical: string): string {
  return `${signer.algorithm}\n${time}\n${signer.scope}\n${hash('sha256', canonical)}`
}

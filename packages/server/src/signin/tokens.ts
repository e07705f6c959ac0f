/** Opaque tokens for cookies. Only their hash is kept: a copied store signs nobody in. */
import { hash } from 'node:crypto'

/** Gives that many unpredictable bytes. */
export type RandomBytes = (bytes: number) => Uint8Array

/** A new token: 256 bits as 43 base64url characters. */
export function newToken(random: RandomBytes): string {
  return Buffer.from(random(32)).toString('base64url')
}

/** SHA-256 of a token in hexadecimal. A token of 256 random bits needs no slow hash. */
export function hashToken(token: string): string {
  return hash('sha256', token)
}

/** Whether a value has the form of a token. */
export function isToken(value: string | undefined): value is string {
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)
}

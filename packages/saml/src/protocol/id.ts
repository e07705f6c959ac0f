import { randomBytes } from 'node:crypto'

/**
 * A fresh identifier: `_` and 160 random bits in hex, an NCName (saml-core 1.3.4 asks for at least 128).
 * `random(n)` gives n random bytes; by default those of `node:crypto`.
 */
export function newId(random: (size: number) => Uint8Array = randomBytes): string {
  return `_${Buffer.from(random(20)).toString('hex')}`
}

const ncName = /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/

/** Whether a text can stand as an ID that this library writes: an ASCII NCName of at most 256 characters. */
export function isId(value: string): boolean {
  return ncName.test(value)
}

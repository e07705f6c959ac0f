import { randomBytes } from 'node:crypto'
import { SamlError } from '../errors.ts'

const idBytes = 20

/**
 * A fresh identifier: `_` and 160 random bits in hex, an NCName (saml-core 1.3.4 asks for at least 128).
 * `random(n)` gives n random bytes; by default those of `node:crypto`. Fewer refuse, `option.invalid`.
 */
export function newId(random: (size: number) => Uint8Array = randomBytes): string {
  const bytes: unknown = random(idBytes)
  if (!(bytes instanceof Uint8Array) || bytes.length !== idBytes) {
    throw new SamlError('option.invalid', { check: 'random', expected: `${idBytes} bytes` })
  }
  return `_${Buffer.from(bytes).toString('hex')}`
}

const ncName = /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/

/** Whether a text can stand as an ID that this library writes: an ASCII NCName of at most 256 characters. */
export function isId(value: string): boolean {
  return ncName.test(value)
}

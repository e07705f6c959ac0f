import { randomUUID } from 'node:crypto'
import { SamlError } from '../errors.ts'

const idBytes = 20

/**
 * A fresh identifier: `_` and random bits in hex, an NCName (saml-core 1.3.4 asks for at least 128):
 * 160 of `random(n)`, which gives n random bytes, or 244 of `node:crypto`. Fewer refuse, `option.invalid`.
 */
export function newId(random?: (size: number) => Uint8Array): string {
  if (random === undefined) return fromUuids()
  const bytes: unknown = random(idBytes)
  if (!(bytes instanceof Uint8Array) || bytes.length !== idBytes) {
    throw new SamlError('option.invalid', { check: 'random', expected: `${idBytes} bytes` })
  }
  return `_${Buffer.from(bytes).toString('hex')}`
}

/** Node draws the bits of many UUIDs at once: a call for bytes costs as much as the rest of a message. */
function fromUuids(): string {
  const hex = `${randomUUID()}${randomUUID()}`.replaceAll('-', '')
  if (/^[0-9a-f]{64}$/.test(hex)) return `_${hex}`
  throw new SamlError('option.invalid', { check: 'random', expected: 'two UUIDs' })
}

const ncName = /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/

/** Whether a text can stand as an ID that this library writes: an ASCII NCName of at most 256 characters. */
export function isId(value: string): boolean {
  return ncName.test(value)
}

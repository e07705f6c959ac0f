import { createHmac } from 'node:crypto'
import { fromBase32 } from '../src/world/base32.ts'
import { seed } from './company-world.ts'

/** The one-time password of the test world's devices at a time (RFC 6238), as an authenticator shows it. */
export function codeAt(time: Date): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(time.getTime() / 30_000)))
  const digest = createHmac('sha1', fromBase32(seed)).update(counter).digest()
  const offset = (digest[19] ?? 0) & 0xf
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** Seals what must open fast, with ChaCha20-Poly1305 (RFC 8439). */
import { createCipheriv, hash, randomBytes } from 'node:crypto'
import { keysVersion, nonceLength } from './unseal-keys.ts'
import type { KeyName } from './vault.ts'

/** The context is authenticated with it: what was sealed as one thing does not open as another. */
export function sealKeys(key: Uint8Array, context: string, plain: string): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  const bytes = Buffer.byteLength(plain)
  cipher.setAAD(Buffer.from(context), { plaintextLength: bytes })
  const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(keysVersion), nonce, ciphertext, cipher.getAuthTag()])
}

/** The file of an entry in the folder of its data key: nothing of the name can be read from it. */
export function entryFile(key: Uint8Array, name: KeyName): string {
  const { connection, source, username, roleArn, durationSeconds, policyDigest } = name
  const parts = [
    connection,
    source,
    username ?? null,
    roleArn,
    durationSeconds ?? null,
    policyDigest ?? null,
  ]
  const text = Buffer.concat([key, Buffer.from(JSON.stringify(parts))])
  return `k-${hash('sha256', text).slice(0, 40)}`
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { ContentCipher } from './algorithms.ts'

const gcmIvBytes = 12
const gcmTagBytes = 16
const cbcBlockBytes = 16

/** AES-GCM of a text: IV, ciphertext and a whole tag in one (XML Encryption 1.1, 5.2.4). */
export function encryptContent(text: string, { cipher }: ContentCipher, key: Buffer): Buffer {
  const iv = randomBytes(gcmIvBytes)
  // The IV of a key must never come again: a source that fails must not make one of zeros unseen.
  if (iv.length !== gcmIvBytes) throw new TypeError('no random bytes')
  const aes = createCipheriv(cipher as 'aes-256-gcm', key, iv, { authTagLength: gcmTagBytes })
  return Buffer.concat([iv, aes.update(text, 'utf8'), aes.final(), aes.getAuthTag()])
}

/** What was encrypted, or undefined: there is no telling why. */
export function decryptContent(
  encrypted: Buffer,
  { cipher, keyBytes, weak }: ContentCipher,
  key: Buffer,
): Buffer | undefined {
  if (key.length !== keyBytes) return undefined
  try {
    return weak === undefined
      ? decryptGcm(encrypted, cipher, key)
      : decryptCbc(encrypted, cipher, key)
  } catch {
    return undefined
  }
}

function decryptGcm(encrypted: Buffer, cipher: string, key: Buffer): Buffer | undefined {
  const tagAt = encrypted.length - gcmTagBytes
  if (tagAt <= gcmIvBytes) return undefined
  const iv = encrypted.subarray(0, gcmIvBytes)
  // Without the length Node would take a tag of four bytes (R14).
  const aes = createDecipheriv(cipher as 'aes-256-gcm', key, iv, { authTagLength: gcmTagBytes })
  aes.setAuthTag(encrypted.subarray(tagAt))
  return Buffer.concat([aes.update(encrypted.subarray(gcmIvBytes, tagAt)), aes.final()])
}

/** The padding is that of XML Encryption 5.2: its last octet tells its length, the others are free. */
function decryptCbc(encrypted: Buffer, cipher: string, key: Buffer): Buffer | undefined {
  const iv = encrypted.subarray(0, cbcBlockBytes)
  const aes = createDecipheriv(cipher, key, iv).setAutoPadding(false)
  const padded = Buffer.concat([aes.update(encrypted.subarray(cbcBlockBytes)), aes.final()])
  const padding = padded.at(-1) ?? 0
  if (padding < 1 || padding > cbcBlockBytes || padding >= padded.length) return undefined
  return padded.subarray(0, padded.length - padding)
}

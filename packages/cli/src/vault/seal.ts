/** Texts sealed with AES-256-GCM (NIST SP 800-38D): unreadable without the key, and unchanged when they open. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Of every sealed value: what follows it may change with it. */
const version = 1
const nonceLength = 12
const tagLength = 16
const headLength = 1 + nonceLength + tagLength

/**
 * `version(1) nonce(12) tag(16) ciphertext`. The context is authenticated with it: what was sealed as one
 * thing does not open as another. A key of 32 bytes may seal 2^32 values.
 */
export function seal(key: Uint8Array, context: string, plain: string): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), ciphertext])
}

/** What `seal` was given; undefined when it was another key or context, or a byte has changed. */
export function unseal(key: Uint8Array, context: string, sealed: Buffer): string | undefined {
  if (sealed.length < headLength || sealed[0] !== version) return undefined
  const nonce = sealed.subarray(1, 1 + nonceLength)
  const tag = sealed.subarray(1 + nonceLength, headLength)
  try {
    const options = { authTagLength: tagLength }
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, options)
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(tag)
    // Nothing of it is used before `final` has checked all of it.
    const plain = decipher.update(sealed.subarray(headLength))
    return Buffer.concat([plain, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

import { chacha20poly1305 } from '@noble/ciphers/chacha.js'

/** `version(1) nonce(12) ciphertext tag(16)`. */
export const keysVersion = 2
export const nonceLength = 12

/**
 * What `sealKeys` was given; undefined when it was another key or context, or a byte has changed. Not by
 * `node:crypto`: to load that takes longer than all else that a cached key needs.
 */
export function unsealKeys(key: Uint8Array, context: string, sealed: Buffer): string | undefined {
  if (sealed[0] !== keysVersion) return undefined
  const nonce = sealed.subarray(1, 1 + nonceLength)
  try {
    const cipher = chacha20poly1305(key, nonce, Buffer.from(context))
    return Buffer.from(cipher.decrypt(sealed.subarray(1 + nonceLength))).toString('utf8')
  } catch {
    return undefined
  }
}

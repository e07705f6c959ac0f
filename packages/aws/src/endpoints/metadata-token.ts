import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Seconds that a token may live (EC2 User Guide, "Use the Instance Metadata Service"). */
export const longestTokenSeconds = 21_600

/** Session tokens of the metadata service. */
export interface MetadataTokens {
  issue(seconds: number): string
  isValid(token: string): boolean
}

const expiryBytes = 6
const nonceBytes = 16
const macBytes = 32
const tokenPattern = /^[A-Za-z0-9_-]{72}$/

/**
 * Tokens that carry their own expiry under a MAC, so that however many are asked for, none is stored.
 * They end with the key: a new process has a new one, and SDKs then ask for a new token.
 */
export function metadataTokens(options: {
  readonly now: () => Date
  /** 32 random bytes. */
  readonly key: Uint8Array
  readonly random?: ((size: number) => Uint8Array) | undefined
}): MetadataTokens {
  const { now, key, random = randomBytes } = options
  const macOf = (claims: Uint8Array) => createHmac('sha256', key).update(claims).digest()
  return {
    issue(seconds) {
      const expiry = Buffer.alloc(expiryBytes)
      expiry.writeUIntBE(now().getTime() + seconds * 1000, 0, expiryBytes)
      const claims = Buffer.concat([expiry, random(nonceBytes)])
      return Buffer.concat([claims, macOf(claims)]).toString('base64url')
    },
    isValid(token) {
      if (!tokenPattern.test(token)) return false
      const bytes = Buffer.from(token, 'base64url')
      const claims = bytes.subarray(0, expiryBytes + nonceBytes)
      const mac = bytes.subarray(expiryBytes + nonceBytes)
      if (mac.length !== macBytes || !timingSafeEqual(mac, macOf(claims))) return false
      return now().getTime() < claims.readUIntBE(0, expiryBytes)
    },
  }
}

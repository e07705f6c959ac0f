import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A checksum that is made as the bytes come. */
export interface Checksum {
  readonly update: (bytes: Uint8Array) => void
  /** In Base64, as it stands in a header or trailer. */
  readonly digest: () => string
}

/** The checksums that S3 takes, and the length of each in a header or trailer. */
export const checksumLengths = {
  crc32: 8,
  crc32c: 8,
  crc64nvme: 12,
  sha1: 28,
  sha256: 44,
} as const

/** The name of a checksum that S3 takes. */
export type ChecksumAlgorithm = keyof typeof checksumLengths

/** The header or trailer of a checksum. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm}`
}

/** Begins the checksum of a header or trailer; undefined for one that is not computed here. */
export function checksumOf(header: string): Checksum | undefined {
  switch (header) {
    case checksumHeader('sha1'):
      return hashChecksum('sha1')
    case checksumHeader('sha256'):
      return hashChecksum('sha256')
    case checksumHeader('crc32'):
      return crc32Checksum()
    default:
      return undefined
  }
}

function hashChecksum(algorithm: 'sha1' | 'sha256'): Checksum {
  const hash = createHash(algorithm)
  return {
    update: bytes => hash.update(bytes),
    digest: () => hash.digest('base64'),
  }
}

function crc32Checksum(): Checksum {
  let value = 0
  return {
    update(bytes) {
      value = crc32(bytes, value)
    },
    digest() {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes.toString('base64')
    },
  }
}

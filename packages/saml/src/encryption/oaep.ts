import { constants, hash as hashOnce, type KeyObject, privateDecrypt } from 'node:crypto'
import type { OaepHash } from './algorithms.ts'

/** The parameters of RSA-OAEP (RFC 8017, 7.1): the hash of the label and that of the mask function. */
export interface OaepHashes {
  readonly digest: OaepHash
  readonly mask: OaepHash
}

const hashBytes: Readonly<Record<OaepHash, number>> = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
}

/** What was encrypted, or undefined: there is no telling why. */
export function decryptOaep(
  encrypted: Buffer,
  key: KeyObject,
  { digest, mask }: OaepHashes,
): Buffer | undefined {
  try {
    if (digest === mask) {
      const padding = constants.RSA_PKCS1_OAEP_PADDING
      return privateDecrypt({ key, padding, oaepHash: digest }, encrypted)
    }
    // Node takes one hash for both.
    return unpadded(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encrypted), {
      digest,
      mask,
    })
  } catch {
    return undefined
  }
}

/**
 * EME-OAEP decoding with an empty label (RFC 8017, 7.1.2 step 3). The same work is done for any
 * block, and the one answer for any failure: Manger's attack lives on telling them apart.
 */
function unpadded(block: Buffer, { digest, mask }: OaepHashes): Buffer | undefined {
  const size = hashBytes[digest]
  if (block.length < 2 * size + 2) return undefined
  const maskedData = block.subarray(size + 1)
  const seed = xor(block.subarray(1, size + 1), generated(maskedData, size, mask))
  const data = xor(maskedData, generated(seed, maskedData.length, mask))
  const label = hashOnce(digest, Buffer.alloc(0), 'buffer')
  let wrong = block[0] ?? 1
  for (let at = 0; at < size; at += 1) wrong |= (data[at] ?? 0) ^ (label[at] ?? 0)
  let isBefore = 1
  let start = 0
  for (let at = size; at < data.length; at += 1) {
    const octet = data[at] ?? 0
    const isOne = Number(octet === 1)
    const isZero = Number(octet === 0)
    wrong |= isBefore & (isOne ^ 1) & (isZero ^ 1)
    start += isBefore & isOne ? at + 1 : 0
    isBefore &= isOne ^ 1
  }
  return (wrong | isBefore) === 0 ? data.subarray(start) : undefined
}

/** MGF1 (RFC 8017, B.2.1). */
function generated(seed: Uint8Array, length: number, hash: OaepHash): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0; counter * hashBytes[hash] < length; counter += 1) {
    const suffix = Buffer.alloc(4)
    suffix.writeUInt32BE(counter)
    blocks.push(hashOnce(hash, Buffer.concat([seed, suffix]), 'buffer'))
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((octet, at) => octet ^ (b[at] ?? 0)))
}

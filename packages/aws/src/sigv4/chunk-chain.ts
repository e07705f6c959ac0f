import { emptyHash } from './canonical-request.ts'
import type { Signer } from './signer.ts'

/** What a signature of a chain covers: a chunk, or the trailers after the last one. */
export type ChainPart = 'chunk' | 'trailer'

/**
 * The signatures of a body that is sent in chunks: each covers the one before it, the first the signature
 * of the head (Amazon S3 API Reference, "Signature calculations: transferring payload in multiple
 * chunks" and "including trailing headers").
 */
export interface ChunkChain {
  readonly algorithm: Signer['algorithm']
  /** The signature of the next part, from the SHA-256 of its bytes in hex. */
  readonly sign: (part: ChainPart, sha256: string) => string
  /** Whether that is the signature of the next part. */
  readonly accepts: (part: ChainPart, sha256: string, signature: string) => boolean
}

/** The chain that begins with the signature `seed` of a head signed at `time` (`YYYYMMDDThhmmssZ`). */
export function chunkChain(signer: Signer, time: string, seed: string): ChunkChain {
  const { algorithm, scope } = signer
  let previous = seed
  const stringToSign = (part: ChainPart, sha256: string) =>
    part === 'chunk'
      ? `${algorithm}-PAYLOAD\n${time}\n${scope}\n${previous}\n${emptyHash}\n${sha256}`
      : `${algorithm}-TRAILER\n${time}\n${scope}\n${previous}\n${sha256}`
  return {
    algorithm,
    sign(part, sha256) {
      previous = signer.sign(stringToSign(part, sha256))
      return previous
    },
    accepts(part, sha256, signature) {
      const isRight = signer.verify(stringToSign(part, sha256), signature)
      if (isRight) previous = signature
      return isRight
    },
  }
}

import { hash } from 'node:crypto'
import { mismatch, mismatchMessage } from './check-claim.ts'
import type { Checksum } from './checksums.ts'
import type { ChunkChain } from './chunk-chain.ts'
import { equalTexts } from './equal-texts.ts'
import { badDigest, malformedTrailer } from './payload-errors.ts'
import { canonicalTrailers, trailerSignature, unpaddedSignature } from './streaming-payload.ts'

/** Reads the lines after the last chunk. */
export interface TrailerReader {
  /** Takes a line with its end; true when it is the one that ends the body. */
  readonly takeLine: (text: string) => boolean
  /** The trailers by name, when all are there and signature and checksums hold. */
  readonly end: (
    checksums: readonly { readonly name: string; readonly checksum: Checksum }[],
  ) => Readonly<Record<string, string>>
}

const maxTrailerBytes = 16 * 1024
const trailerLine = /^([\w-]{1,100}):[\t ]*([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)[\t ]*\r?\n$/

/** Reads the trailers that the head announced; with a chain, also their signature. */
export function createTrailerReader(
  announced: readonly string[],
  chain: ChunkChain | undefined,
): TrailerReader {
  const names: ReadonlySet<string> = new Set(announced)
  const trailers = new Map<string, string>()
  let signature: string | undefined
  let bytes = 0
  const isComplete = () =>
    trailers.size === names.size && (chain === undefined || signature !== undefined)

  return {
    takeLine(text) {
      bytes += text.length
      if (bytes > maxTrailerBytes) throw malformedTrailer('The trailers are too long.')
      // Some clients end the trailers before their signature with an empty line.
      if (text === '\r\n') return isComplete()
      const [, given = '', value = ''] = trailerLine.exec(text) ?? []
      const name = given.toLowerCase()
      if (name === trailerSignature && chain !== undefined && signature === undefined) {
        signature = unpaddedSignature(chain.algorithm, value)
      } else if (names.has(name) && !trailers.has(name)) {
        trailers.set(name, value)
      } else {
        throw malformedTrailer('A trailer is malformed, stands twice, or is not in x-amz-trailer.')
      }
      return false
    },
    end(checksums) {
      if (!isComplete()) {
        throw malformedTrailer(
          'A trailer that x-amz-trailer names, or their signature, is missing.',
        )
      }
      const found = Object.freeze(Object.fromEntries(trailers))
      const sha256 = hash('sha256', canonicalTrailers(found))
      if (chain !== undefined && !chain.accepts('trailer', sha256, signature ?? '')) {
        throw mismatch(mismatchMessage)
      }
      for (const { name, checksum } of checksums) {
        if (!equalTexts(checksum.digest(), trailers.get(name) ?? '')) throw badDigest(name)
      }
      return found
    },
  }
}

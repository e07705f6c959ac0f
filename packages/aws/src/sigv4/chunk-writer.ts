import { hash } from 'node:crypto'
import { AwsError } from '../errors.ts'
import { emptyHash } from './canonical-request.ts'
import { type ChecksumAlgorithm, checksumHeader, checksumLengths, checksumOf } from './checksums.ts'
import type { ChunkChain } from './chunk-chain.ts'
import type { SigningAlgorithm } from './signer.ts'
import {
  canonicalTrailers,
  paddedSignature,
  signatureWidth,
  trailerSignature,
} from './streaming-payload.ts'

/** Writes a body in chunks. */
export interface ChunkEncoder {
  /** Takes the next bytes of the body and gives what is to be sent now; may be empty. */
  readonly push: (bytes: Uint8Array) => Uint8Array
  /**
   * The last bytes to send. A checksum is needed of the algorithms that are not computed here (`crc32c`,
   * `crc64nvme`), and must otherwise be the computed one. Throws {@link AwsError} `invalid_argument`, also when
   * the body did not have the length that was announced.
   */
  readonly end: (checksum?: string) => Uint8Array
}

/** How a body is cut into chunks. */
export interface ChunkLayout {
  readonly decodedLength: number
  readonly chunkBytes: number
  /** By which the chunks are signed; undefined: they are not. */
  readonly algorithm: SigningAlgorithm | undefined
  /** Sent in a trailer. */
  readonly checksum: ChecksumAlgorithm | undefined
}

/** The length of the body as it is sent. */
export function encodedLength(layout: ChunkLayout): number {
  const { decodedLength, chunkBytes, algorithm, checksum } = layout
  const width = algorithm === undefined ? undefined : signatureWidth(algorithm)
  const headLength = (size: number) => headLengthOf(size, algorithm)
  const whole = Math.floor(decodedLength / chunkBytes)
  const rest = decodedLength % chunkBytes
  const chunks =
    whole * (headLength(chunkBytes) + chunkBytes + 2) +
    (rest === 0 ? 0 : headLength(rest) + rest + 2)
  const trailer =
    checksum === undefined ? 0 : checksumHeader(checksum).length + 1 + checksumLengths[checksum] + 2
  const signature =
    checksum === undefined || width === undefined ? 0 : trailerSignature.length + 1 + width + 2
  return chunks + headLength(0) + trailer + signature + 2
}

/** The length of the line before the data of a chunk. */
function headLengthOf(size: number, algorithm: SigningAlgorithm | undefined): number {
  const signature =
    algorithm === undefined ? 0 : ';chunk-signature='.length + signatureWidth(algorithm)
  return size.toString(16).length + signature + 2
}

/** Writes a body in chunks that `chain` signs; without one they are not signed. */
export function createChunkEncoder(layout: ChunkLayout, chain?: ChunkChain): ChunkEncoder {
  const { decodedLength, chunkBytes } = layout
  const trailer = layout.checksum === undefined ? undefined : checksumHeader(layout.checksum)
  const computed = trailer === undefined ? undefined : checksumOf(trailer)
  // What is in front of the data is as long as this at most: a chunk is filled where it is sent from, so that each
  // byte is copied once.
  const dataAt = headLengthOf(chunkBytes, chain?.algorithm)
  let chunk = noBytes
  let waiting = 0
  let taken = 0
  let isEnded = false

  function lineOf(data: Uint8Array): string {
    const size = data.length.toString(16)
    if (chain === undefined) return `${size}\r\n`
    const signature = chain.sign('chunk', data.length === 0 ? emptyHash : hash('sha256', data))
    return `${size};chunk-signature=${paddedSignature(chain.algorithm, signature)}\r\n`
  }

  /** The chunk with its line and its end. */
  function finished(): Buffer {
    const line = lineOf(chunk.subarray(dataAt, dataAt + waiting))
    const from = dataAt - line.length
    const to = dataAt + waiting
    chunk.write(line, from, 'latin1')
    chunk.write('\r\n', to, 'latin1')
    const done = chunk.subarray(from, to + 2)
    chunk = noBytes
    waiting = 0
    return done
  }

  function trailersOf(checksum: string | undefined): string {
    if (trailer === undefined) return ''
    const value = computed?.digest() ?? checksum
    const isRight =
      value !== undefined &&
      (checksum ?? value) === value &&
      layout.checksum !== undefined &&
      value.length === checksumLengths[layout.checksum] &&
      /^[\w+/]+=*$/.test(value)
    if (!isRight)
      throw new AwsError('invalid_argument', `${trailer} is missing, or not of the body`)
    const lines = `${trailer}:${value}\r\n`
    if (chain === undefined) return lines
    const signature = chain.sign('trailer', hash('sha256', canonicalTrailers({ [trailer]: value })))
    return `${lines}${trailerSignature}:${paddedSignature(chain.algorithm, signature)}\r\n`
  }

  return Object.freeze({
    push(bytes: Uint8Array): Uint8Array {
      taken += bytes.length
      if (isEnded || taken > decodedLength) {
        throw new AwsError('invalid_argument', `the body is longer than ${decodedLength} bytes`)
      }
      computed?.update(bytes)
      const out: Buffer[] = []
      for (let at = 0; at < bytes.length; ) {
        const left = decodedLength - taken + bytes.length - at
        if (waiting === 0) chunk = Buffer.allocUnsafe(dataAt + Math.min(chunkBytes, left) + 2)
        const data = bytes.subarray(at, at + chunkBytes - waiting)
        chunk.set(data, dataAt + waiting)
        at += data.length
        waiting += data.length
        if (waiting === chunkBytes) out.push(finished())
      }
      const [only = noBytes] = out
      return out.length > 1 ? Buffer.concat(out) : only
    },
    end(checksum?: string): Uint8Array {
      if (isEnded || taken !== decodedLength) {
        throw new AwsError(
          'invalid_argument',
          `the body has ${taken} bytes, not the ${decodedLength} that were announced`,
        )
      }
      isEnded = true
      const last = waiting === 0 ? noBytes : finished()
      return Buffer.concat([last, Buffer.from(`${lineOf(noBytes)}${trailersOf(checksum)}\r\n`)])
    },
  })
}

const noBytes = Buffer.alloc(0)

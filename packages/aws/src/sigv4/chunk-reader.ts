import { AwsError } from '../errors.ts'
import { emptyHash } from './canonical-request.ts'
import { mismatch, mismatchMessage } from './check-claim.ts'
import { checksumOf } from './checksums.ts'
import type { ChunkChain } from './chunk-chain.ts'
import { type HeldBytes, heldBytes } from './held-bytes.ts'
import { incompleteBody, invalidRequest } from './payload-errors.ts'
import { minChunkBytes, unpaddedSignature } from './streaming-payload.ts'
import { createTrailerReader } from './trailer-reader.ts'
import type { ChunkedPayload, PayloadReader } from './verify-types.ts'

// The longest is the head of a chunk with a SigV4A signature: some 170 characters.
const maxLineBytes = 1024

/**
 * Reads a body in chunks (`aws-chunked`): the decoded bytes come out, of signed chunks only when the
 * whole chunk is there and its signature holds.
 */
export function createChunkReader(payload: ChunkedPayload, maxChunkBytes: number): PayloadReader {
  const chain = payload.startChain?.()
  const trailers =
    payload.trailers === undefined ? undefined : createTrailerReader(payload.trailers, chain)
  const checksums = (payload.trailers ?? []).flatMap(name => {
    const checksum = checksumOf(name)
    return checksum === undefined ? [] : [{ name, checksum }]
  })
  let state: 'head' | 'data' | 'after data' | 'trailers' | 'end' = 'head'
  let line = ''
  let read = 0
  let chunk: Chunk = noChunk

  /** What follows the head of a chunk. */
  function begin(next: Chunk): void {
    if (next.size > 0 && chunk !== noChunk && chunk.size < minChunkBytes) {
      throw new AwsError(
        'InvalidChunkSizeError',
        `Only the last chunk is allowed to have a size less than ${minChunkBytes} bytes`,
        { status: 403 },
      )
    }
    if (next.size > payload.decodedLength - read) {
      throw incompleteBody('The body is longer than x-amz-decoded-content-length says.')
    }
    if (chain !== undefined && next.size > maxChunkBytes) {
      throw invalidRequest(`A signed chunk has at most ${maxChunkBytes} bytes here.`)
    }
    chunk = next
    if (next.size > 0) {
      if (chain !== undefined) next.held = heldBytes(next.size)
      state = 'data'
    } else {
      if (chain !== undefined) checkChunk(chain, next, emptyHash)
      state = trailers === undefined ? 'after data' : 'trailers'
    }
  }

  /** Takes bytes of the chunk and gives those that may go on. */
  function take(piece: Uint8Array): readonly Uint8Array[] {
    read += piece.length
    chunk.left -= piece.length
    for (const { checksum } of checksums) checksum.update(piece)
    if (chunk.left === 0) state = 'after data'
    if (chain === undefined || chunk.held === undefined) return [piece]
    chunk.held.add(piece)
    if (chunk.left > 0) return []
    checkChunk(chain, chunk, chunk.held.sha256())
    return chunk.held.pieces()
  }

  function takeLine(text: string): void {
    switch (state) {
      case 'head':
        begin(readChunkHead(text, chain))
        break
      case 'after data':
        if (text !== '\r\n') throw invalidRequest('A chunk is longer than its head says.')
        state = chunk.size === 0 ? 'end' : 'head'
        break
      default:
        if (trailers?.takeLine(text)) state = 'end'
    }
  }

  return {
    push(bytes) {
      const out: Uint8Array[] = []
      for (let at = 0; at < bytes.length; ) {
        if (state === 'end') throw invalidRequest('The body goes on after its last chunk.')
        if (state === 'data') {
          const piece = bytes.subarray(at, at + chunk.left)
          at += piece.length
          out.push(...take(piece))
          continue
        }
        const feed = bytes.indexOf(0x0a, at)
        const stop = feed < 0 ? bytes.length : feed + 1
        if (line.length + stop - at > maxLineBytes) throw invalidRequest('A chunk has no head.')
        line += Buffer.from(bytes.buffer, bytes.byteOffset + at, stop - at).toString('latin1')
        at = stop
        if (feed < 0) continue
        const text = line
        line = ''
        takeLine(text)
      }
      return out
    },
    end() {
      const isOpen = state !== 'end' && state !== 'trailers'
      if (isOpen || line !== '') throw incompleteBody('The request body terminated unexpectedly')
      if (read !== payload.decodedLength) {
        throw incompleteBody('The body is shorter than x-amz-decoded-content-length says.')
      }
      return trailers?.end(checksums) ?? {}
    },
  }
}

/** A chunk whose head was read. */
interface Chunk {
  readonly size: number
  readonly signature: string
  /** The bytes of a signed chunk, which wait for all of it. */
  held: HeldBytes | undefined
  left: number
}

const noChunk: Chunk = { size: 0, signature: '', held: undefined, left: 0 }

// Eight digits are four gigabytes: more than the largest object in one PUT has.
const plainHead = /^([0-9A-Fa-f]{1,8})\r\n$/
const signedHead = /^([0-9A-Fa-f]{1,8});chunk-signature=([0-9a-f]{16,144}\*{0,128})\r\n$/

function readChunkHead(text: string, chain: ChunkChain | undefined): Chunk {
  const [, size, signature = ''] = (chain === undefined ? plainHead : signedHead).exec(text) ?? []
  if (size === undefined) {
    throw invalidRequest(
      chain === undefined
        ? 'The head of a chunk is not its size in hexadecimal digits.'
        : "The head of a chunk is not 'size;chunk-signature=signature'.",
    )
  }
  const bytes = Number.parseInt(size, 16)
  return {
    size: bytes,
    signature: chain === undefined ? '' : unpaddedSignature(chain.algorithm, signature),
    held: undefined,
    left: bytes,
  }
}

function checkChunk(chain: ChunkChain, { signature }: Chunk, sha256: string): void {
  if (!chain.accepts('chunk', sha256, signature)) throw mismatch(mismatchMessage)
}

import type { ClientRequest, IncomingMessage } from 'node:http'
import { AwsError, type ChunkEncoder, type PayloadReader } from '@rolecall/aws'
import type { ServerError } from '../../errors.ts'
import { piecePassed } from './give-back.ts'
import { refusal } from './refusal.ts'

/** Where a body comes from, and what it goes through. */
export interface BodyToSend {
  readonly request: IncomingMessage
  /** The body when it is already there. */
  readonly bytes: Uint8Array | undefined
  readonly reader: PayloadReader | undefined
  readonly encoder: ChunkEncoder | undefined
}

/** A body on its way. */
export interface SentBody {
  start(): void
  /** Nothing more is sent. */
  stop(): void
  /** Bytes so far. */
  sent(): number
}

/**
 * Sends the body of a request on. What is to be checked is held back by one piece: as long as the check of
 * the whole is not over, the request that goes on has no end.
 */
export function sendBody(
  upstream: ClientRequest,
  { request, bytes, reader, encoder }: BodyToSend,
  on: {
    readonly onProgress: () => void
    readonly onEnd: () => void
    readonly onFailure: (error: ServerError | AwsError) => void
  },
): SentBody {
  let sent = 0
  let held: Uint8Array | undefined

  const write = (piece: Uint8Array): boolean => {
    if (piece.length === 0) return true
    sent += piece.length
    // Those of the encoder are copies.
    piecePassed(encoder === undefined ? piece.length : 2 * piece.length)
    return upstream.write(piece)
  }
  const onData = (chunk: Buffer): void => {
    on.onProgress()
    let isTaken = true
    try {
      if (reader === undefined && encoder === undefined) isTaken = write(chunk)
      else {
        for (const piece of reader?.push(chunk) ?? [chunk]) {
          if (held !== undefined) isTaken = write(held) && isTaken
          held = encoder === undefined ? piece : encoder.push(piece)
        }
      }
    } catch (error) {
      failed(error)
      return
    }
    if (!isTaken) request.pause()
  }
  const onDrain = (): void => {
    on.onProgress()
    request.resume()
  }
  const onRequestEnd = (): void => {
    try {
      const trailers = reader?.end() ?? {}
      if (held !== undefined) write(held)
      if (encoder !== undefined) write(encoder.end(...checksumIn(trailers)))
    } catch (error) {
      failed(error)
      return
    }
    on.onEnd()
    upstream.end()
  }
  const failed = (error: unknown): void => {
    stop()
    on.onFailure(
      error instanceof AwsError ? error : refusal('signing-bad-request', 'the body', error),
    )
  }
  const stop = (): void => {
    request.off('data', onData)
    request.off('end', onRequestEnd)
    upstream.off('drain', onDrain)
  }

  return {
    start() {
      if (bytes !== undefined) {
        sent = bytes.length
        upstream.end(bytes.length === 0 ? undefined : bytes)
        return
      }
      upstream.on('drain', onDrain)
      request.on('data', onData)
      request.once('end', onRequestEnd)
    },
    stop,
    sent: () => sent,
  }
}

/** Of a list of one: the checksum that the caller sent behind the body. */
function checksumIn(trailers: Readonly<Record<string, string>>): string[] {
  return Object.entries(trailers).flatMap(([name, value]) =>
    name.startsWith('x-amz-checksum-') ? [value] : [],
  )
}

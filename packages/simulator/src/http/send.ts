import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Outgoing } from './exchange.ts'

/** Pieces in which a slow body goes out, a second. */
const slowPiecesPerSecond = 10

/** Sends an answer, as its `delivery` says. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body, delivery }: Outgoing,
): Promise<void> {
  if (delivery?.kind === 'hang') return
  if (delivery?.kind === 'reset') {
    request.socket.resetAndDestroy()
    return
  }
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value])
  }
  response.writeHead(status)
  const pieces = request.method === 'HEAD' ? [] : piecesOf(body)
  if (delivery?.kind === 'truncated') {
    await truncate(response, pieces, Number(headers['content-length'] ?? 0))
  } else if (delivery?.kind === 'slow') {
    await pipeline(Readable.from(slowly(pieces, delivery.bytesPerSecond)), response)
  } else if (typeof body === 'string') {
    response.end(request.method === 'HEAD' ? undefined : body)
  } else {
    await pipeline(Readable.from(pieces), response)
  }
  discard(request)
}

/** What a client may go on sending after its answer, in bytes and milliseconds. */
const mostDiscarded = { bytes: 64 * 1024 * 1024, ms: 10_000 }

/**
 * Reads what is left of a body that nobody wants: a connection that is closed before is reset by the system, and
 * the client may lose the answer with it (RFC 9112 section 9.6). Ends the connection when that is too much.
 */
function discard(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const giveUp = () => request.socket.destroy()
  const timer = setTimeout(giveUp, mostDiscarded.ms).unref()
  let size = 0
  request.on('data', (piece: Buffer) => {
    size += piece.length
    if (size > mostDiscarded.bytes) giveUp()
  })
  request.once('close', () => clearTimeout(timer))
  request.resume()
}

function piecesOf(body: Outgoing['body']): Iterable<Uint8Array> {
  if (typeof body !== 'string') return body
  return body === '' ? [] : [Buffer.from(body)]
}

/** Half of what the length announced, then the end of the connection. */
async function truncate(
  response: ServerResponse,
  pieces: Iterable<Uint8Array>,
  length: number,
): Promise<void> {
  let left = Math.floor(length / 2)
  response.flushHeaders()
  for (const piece of pieces) {
    if (left === 0) break
    const part = piece.subarray(0, left)
    left -= part.length
    if (!response.write(part)) await new Promise(resolve => response.once('drain', resolve))
  }
  response.socket?.destroySoon()
}

async function* slowly(
  pieces: Iterable<Uint8Array>,
  bytesPerSecond: number,
): AsyncGenerator<Uint8Array> {
  const step = Math.max(1, Math.ceil(bytesPerSecond / slowPiecesPerSecond))
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += step) {
      const part = piece.subarray(at, at + step)
      await wait((part.length / bytesPerSecond) * 1000)
      yield part
    }
  }
}

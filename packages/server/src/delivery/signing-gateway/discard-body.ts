import type { IncomingMessage } from 'node:http'

const mostBytes = 16 * 1024 * 1024
const mostMs = 10_000

/**
 * Reads what is left of a body that nobody wants, so that the caller gets to the answer and the connection to
 * the next request; ends the connection when that is too much.
 */
export function discardBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const giveUp = () => request.socket.destroy()
  const timer = setTimeout(giveUp, mostMs).unref()
  let size = 0
  request.on('data', (piece: Buffer) => {
    size += piece.length
    if (size > mostBytes) giveUp()
  })
  request.once('close', () => clearTimeout(timer))
  request.resume()
}

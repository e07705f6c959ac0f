import type { Socket } from 'node:net'
import { SinkFailure } from './sink.ts'

/** Shortest time between the text and the end of our side, in milliseconds. */
const shortestQuiet = 50

/**
 * Writes the text, ends our side and waits until the other side has ended too. Syslog over a stream has
 * no answer; but a receiver that closes because we did has read to the end. Our end waits for two round
 * trips after the text: a receiver that closes by itself (too many connections, a restart) is seen before,
 * and took nothing for certain, as one that breaks off or stays open beyond the deadline.
 */
export function writeAndClose(
  socket: Socket,
  bytes: Buffer,
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    let quietMs = shortestQuiet
    let quiet: NodeJS.Timeout | undefined
    let isEnded = false
    const stop = (error?: Error) => {
      clearTimeout(timer)
      clearTimeout(quiet)
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      if (error === undefined) resolve()
      else reject(error)
    }
    const onAbort = () => stop(new SinkFailure('it was stopped'))
    const timer = setTimeout(
      () => stop(new SinkFailure(`it did not take them within ${deadlineMs} ms`)),
      deadlineMs,
    )
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) return onAbort()
    socket.once('error', cause => stop(new SinkFailure(reasonOf(cause), { cause })))
    const early = () => new SinkFailure('it closed before it had read everything')
    socket.once('close', () => stop(early()))
    socket.once('end', () => stop(isEnded ? undefined : early()))
    socket.once('connect', () => {
      quietMs = Math.max(shortestQuiet, 2 * (performance.now() - startedAt))
    })
    // Nobody is interested in what it says; without reading, its end would not be seen.
    socket.resume()
    socket.write(bytes, () => {
      quiet = setTimeout(() => {
        isEnded = true
        socket.end()
      }, quietMs)
    })
  })
}

function reasonOf(cause: Error): string {
  if ('detail' in cause && typeof cause.detail === 'string')
    return `${cause.message} ${cause.detail}`
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}

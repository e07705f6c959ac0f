import type { Socket } from 'node:net'
import { SinkFailure } from './sink.ts'

/**
 * Writes the text, ends our side and waits until the other side has ended too. Syslog over a stream has
 * no answer; but a receiver closes only after it has read to the end, so that its closing says that it
 * has everything. A connection that breaks, or stays open beyond the deadline, took nothing for certain.
 */
export function writeAndClose(
  socket: Socket,
  bytes: Buffer,
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isWritten = false
    const stop = (error?: Error) => {
      clearTimeout(timer)
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
    socket.once('close', () => stop(new SinkFailure('it closed before it had read everything')))
    socket.once('end', () => {
      stop(isWritten ? undefined : new SinkFailure('it closed before it had read everything'))
    })
    // Nobody is interested in what it says; without reading, its end would not be seen.
    socket.resume()
    socket.end(bytes, () => {
      isWritten = true
    })
  })
}

function reasonOf(cause: Error): string {
  if ('detail' in cause && typeof cause.detail === 'string')
    return `${cause.message} ${cause.detail}`
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}

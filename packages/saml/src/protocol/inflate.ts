import { inflateRawSync } from 'node:zlib'
import { refuseRedirect } from './redirect-query.ts'

const maxMessageBytes = 1024 * 1024
const maxRatio = 100

/**
 * Inflates raw DEFLATE data (RFC 1951, R15). Refuses more than 1 MiB of output, more than 100 times the
 * input, and input that is left unread.
 */
export function inflate(deflated: Buffer): Buffer {
  const maxOutputLength = Math.min(maxMessageBytes, Math.max(1024, deflated.length * maxRatio))
  const { buffer, engine } = inflateWithInfo(deflated, maxOutputLength)
  if (engine.bytesWritten !== deflated.length) {
    refuseRedirect('DEFLATE', 'nothing after the compressed message', 'unread bytes')
  }
  return buffer
}

function inflateWithInfo(deflated: Buffer, maxOutputLength: number) {
  try {
    // With `info` the result is the buffer and the engine, which knows how much input it read;
    // the published types leave that form out.
    return inflateRawSync(deflated, { maxOutputLength, info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
  } catch {
    return refuseRedirect('DEFLATE', `a message of at most ${maxOutputLength} bytes`, 'none')
  }
}

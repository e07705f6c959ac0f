import type { IncomingMessage } from 'node:http'
import { refusal } from './refusal.ts'

/** Bodies that are held in memory, bounded each and all together. */
export interface WholeBodies {
  /**
   * Reads a body to its end. Refuses with `signing-body-too-large`, `signing-length-required`,
   * `signing-busy` or `signing-timeout`. Call `release` when the body is no longer needed.
   */
  read(request: IncomingMessage, length: number | undefined): Promise<WholeBody>
}

/** A body that counts as long as it is not released. */
export interface WholeBody {
  readonly bytes: Buffer
  readonly release: () => void
}

/** At most `most` bytes each, and eight times that together. */
export function wholeBodies(most: number, idleMs: number): WholeBodies {
  const mostTogether = most * 8
  let held = 0

  function read(request: IncomingMessage, length: number | undefined): Promise<WholeBody> {
    if (length !== undefined && length > most) throw tooLarge(most)
    let size = 0
    let isReleased = false
    const release = () => {
      if (!isReleased) held -= size
      isReleased = true
    }
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      const fail = (error: unknown) => {
        clearTimeout(timer)
        request.removeAllListeners('data')
        release()
        reject(error)
      }
      const late = () => fail(refusal('signing-timeout', 'the body did not come'))
      const timer = setTimeout(late, idleMs)
      request.on('data', (chunk: Buffer) => {
        timer.refresh()
        size += chunk.length
        held += chunk.length
        if (size > most) {
          fail(
            length === undefined
              ? refusal('signing-length-required', `only up to ${most} bytes are counted here`)
              : tooLarge(most),
          )
        } else if (held > mostTogether)
          fail(refusal('signing-busy', `more than ${mostTogether} bytes`))
        else chunks.push(chunk)
      })
      request.once('end', () => {
        clearTimeout(timer)
        resolve({ bytes: Buffer.concat(chunks, size), release })
      })
      request.once('close', () => {
        if (!request.complete) fail(refusal('signing-bad-request', 'the body was cut off'))
      })
    })
  }

  return Object.freeze({ read })
}

function tooLarge(most: number) {
  return refusal('signing-body-too-large', `more than ${most} bytes`)
}

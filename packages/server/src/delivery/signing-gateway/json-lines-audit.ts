import { randomBytes } from 'node:crypto'
import { constants, write } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { canonicalEvent } from '../../audit/canonical-event.ts'
import type { AuditEvent } from '../../audit/index.ts'
import type { GatewayAudit } from './types.ts'

/** An audit log of one JSON line an event. */
export interface JsonLinesAudit extends GatewayAudit {
  /** Writes what is waiting, then closes. */
  close(): Promise<void>
}

/** Where lines go. */
export interface LineSink {
  /** Resolves when the text is there for good. */
  write(text: string): Promise<void>
  close(): Promise<void>
}

/** How long the line of an answer may wait for company, in milliseconds: nobody waits for it. */
const patience = 20

/**
 * Writes events as lines, all that came in the meantime at once: one `write`, and one wait for the disk, for
 * many requests. What came of a request is written with the next decision, or a moment later.
 */
export function jsonLinesAudit(sink: LineSink, now: () => Date = () => new Date()): JsonLinesAudit {
  const run = randomBytes(6).toString('hex')
  let count = 0
  let waiting = ''
  let next: PromiseWithResolvers<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isWriting = false

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    isWriting = true
    while (next !== undefined) {
      const [text, batch] = [waiting, next]
      waiting = ''
      next = undefined
      try {
        await sink.write(text)
        batch.resolve()
      } catch (error) {
        // A part of a line may be there: what comes next begins a line of its own.
        waiting = `\n${waiting.replace(/^\n/, '')}`
        batch.reject(error)
      }
    }
    isWriting = false
  }

  return Object.freeze({
    record(event: AuditEvent): Promise<unknown> {
      count += 1
      waiting += `${canonicalEvent(`ev-${run}-${count}`, now(), event)}\n`
      next ??= Promise.withResolvers<void>()
      const { promise } = next
      if (isWriting) return promise
      if (event.type === 'delivery.answer') timer ??= setTimeout(() => void flush(), patience)
      else void flush()
      return promise
    },
    async close() {
      if (!isWriting) await flush()
      else await next?.promise.catch(() => undefined)
      await sink.close()
    },
  })
}

/**
 * Appends to a file that only its owner may read; each write waits for the disk (O_DSYNC). Rejects as `node:fs`
 * does.
 */
export async function openAuditFile(file: string): Promise<LineSink> {
  const { O_APPEND, O_CREAT, O_DSYNC, O_WRONLY } = constants
  const handle = await open(file, O_APPEND | O_CREAT | O_WRONLY | (O_DSYNC ?? 0), 0o600)
  return Object.freeze({
    write: (text: string) => writeAll(handle.fd, text),
    close: () => handle.close(),
  })
}

/** Standard output, written directly: a reader that went away is an error, and not the end of the process. */
export function standardOutput(): LineSink {
  return Object.freeze({
    write: (text: string) => writeAll(1, text),
    close: async () => undefined,
  })
}

const writePart = promisify(write)

async function writeAll(descriptor: number, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await writePart(descriptor, bytes, at)
    at += bytesWritten
  }
}

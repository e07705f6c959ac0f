import { randomBytes } from 'node:crypto'
import { constants, write } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
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
/** How long after a failed write the lines of answers are tried again, unless a decision comes before. */
const retryMs = 1000

/** Lines that are written at once. */
interface Batch {
  text: string
  /** For those whose requests wait for their line. */
  decisions: PromiseWithResolvers<void> | undefined
  /** The lines of answers alone, which are kept when the write fails: what they tell has happened. */
  answers: string
  told: PromiseWithResolvers<void>[]
}

/**
 * Writes events as lines, all that came in the meantime at once: one `write`, and one wait for the disk, for
 * many requests. What came of a request is written with the next decision, or a moment later; when a write
 * fails, with the next one that does not (a line that was written before the failure then stands twice, with
 * the same id). Decisions of a failed write are refused, so that no more answers wait than requests ran.
 */
export function jsonLinesAudit(sink: LineSink, now: () => Date = () => new Date()): JsonLinesAudit {
  const run = randomBytes(6).toString('hex')
  let count = 0
  let waiting = emptyBatch()
  let flushing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let failure: unknown

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    flushing ??= writeWaiting().finally(() => {
      flushing = undefined
      if (waiting.text !== '') timer ??= setTimeout(flush, retryMs)
    })
    return flushing
  }

  async function writeWaiting(): Promise<void> {
    do {
      const batch = waiting
      waiting = emptyBatch()
      try {
        await sink.write(batch.text)
        batch.decisions?.resolve()
        for (const one of batch.told) one.resolve()
      } catch (error) {
        failure = error
        batch.decisions?.reject(error)
        waiting = {
          // A part of a line may be there: what comes next begins a line of its own.
          text: `\n${batch.answers}${waiting.text}`,
          decisions: waiting.decisions,
          answers: batch.answers + waiting.answers,
          told: [...batch.told, ...waiting.told],
        }
      }
    } while (waiting.decisions !== undefined)
  }

  return Object.freeze({
    record(event: AuditEvent): Promise<unknown> {
      count += 1
      const line = `${canonicalEvent(`ev-${run}-${count}`, now(), event)}\n`
      waiting.text += line
      if (event.type !== 'delivery.answer') {
        waiting.decisions ??= Promise.withResolvers()
        const { promise } = waiting.decisions
        void flush()
        return promise
      }
      const one = Promise.withResolvers<void>()
      waiting.answers += line
      waiting.told.push(one)
      if (flushing === undefined) timer ??= setTimeout(flush, patience)
      return one.promise
    },
    async close() {
      await flushing
      if (waiting.text !== '') await flush()
      clearTimeout(timer)
      for (const one of waiting.told) one.reject(failure)
      await sink.close()
    },
  })
}

function emptyBatch(): Batch {
  return { text: '', decisions: undefined, answers: '', told: [] }
}

/**
 * Appends to a file that only its owner may read; each write waits for the disk (O_DSYNC). Rejects as `node:fs`
 * does.
 */
export async function openAuditFile(file: string): Promise<LineSink> {
  const { O_APPEND, O_CREAT, O_DSYNC, O_WRONLY } = constants
  const handle = await open(file, O_APPEND | O_CREAT | O_WRONLY | (O_DSYNC ?? 0), 0o600)
  const sink = Object.freeze({
    write: (text: string) => writeAll(handle.fd, text),
    close: () => handle.close(),
  })
  try {
    if (await endsInLine(file)) await sink.write('\n')
    return sink
  } catch (error) {
    await sink.close()
    throw error
  }
}

/** Whether the last line has no end: what comes next would be a part of it. */
async function endsInLine(file: string): Promise<boolean> {
  const found = await stat(file)
  if (!found.isFile() || found.size === 0) return false
  const reader = await open(file, constants.O_RDONLY)
  try {
    const { buffer } = await reader.read(Buffer.alloc(1), 0, 1, found.size - 1)
    return buffer[0] !== 0x0a
  } finally {
    await reader.close()
  }
}

/** Standard output, written directly: a reader that went away is an error, and not the end of the process. */
export function standardOutput(): LineSink {
  return Object.freeze({
    write: (text: string) => writeAll(1, text),
    close: async () => undefined,
  })
}

const writePart = promisify(write)
/** Milliseconds without a byte that is taken. */
const stuckMs = 5000

async function writeAll(descriptor: number, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  let end = performance.now() + stuckMs
  for (let at = 0; at < bytes.length; ) {
    try {
      const { bytesWritten } = await writePart(descriptor, bytes, at)
      at += bytesWritten
      end = performance.now() + stuckMs
    } catch (error) {
      // A pipe that is full, of a reader that is slow.
      const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN'
      if (!isFull || performance.now() > end) throw error
      await wait(10)
    }
  }
}

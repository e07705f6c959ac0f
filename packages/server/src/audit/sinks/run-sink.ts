import { reasonOf } from '../../errors.ts'
import type { Store } from '../../store/index.ts'
import { type LogRow, readLog } from '../read-log.ts'
import { cursorOf, holdSink, lastSeq, moveCursor, noteFailure, releaseSink } from './cursors.ts'
import { type Sink, SinkFailure, sendDeadline } from './sink.ts'

/** What a running sink works with. */
export interface RunOptions {
  readonly store: Store
  readonly now: () => Date
  /** From 0 up to 1, for pauses that differ. */
  readonly chance: () => number
  /** Names this process among those with the same store. */
  readonly holder: string
  /** Told when the sink begins to fail, and when it works again. */
  readonly report: (message: string) => void
  /** First pause after a failure in milliseconds; default 1000. */
  readonly firstPauseMs?: number
}

/** A sink at work. */
export interface RunningSink {
  readonly id: string
  /** There may be new events. */
  wake(): void
  /** Stops sending; what was not taken is sent by whoever runs the sink next. */
  close(): Promise<void>
}

/** Events that come close together go out together. */
const gatherMs = 100
/** Other processes write to the log too: so often it is looked at unasked. */
const lookMs = 2000
const longestPauseMs = 60_000
/** What Retry-After may ask for at most. */
const longestRetryAfterMs = 10 * 60_000
/** How long a batch that is under way when the sink is closed has to be taken. */
const closeMs = 2000
/** Longer than one batch may take: nobody else begins to send meanwhile. */
const holdMs = sendDeadline + 40_000

/**
 * Sends the log from the sink's cursor on, in order, until it is closed. The cursor moves only after the
 * sink took a batch: what is in flight when the process ends is sent again.
 */
export function runSink(sink: Sink, options: RunOptions): RunningSink {
  const { store, now, holder } = options
  const stop = new AbortController()
  const giveUp = new AbortController()
  let isWoken = false
  let isIdle = false
  let interrupt: () => void = () => undefined
  let failures = 0
  let batchSize = sink.batchSize

  const times = () => {
    const at = now()
    return { at, until: new Date(at.getTime() + holdMs) }
  }

  function rest(ms: number): Promise<void> {
    if (stop.signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Sends one batch; answers whether there may be more at once. */
  async function step(): Promise<boolean> {
    const [cursor, end] = [await cursorOf(store, sink.id), await lastSeq(store)]
    if (cursor === undefined || cursor >= end) return false
    const after = await holdSink(store, sink.id, { holder, ...times() })
    if (after === undefined) return false
    const batch = await firstPage(store, after, batchSize)
    const last = batch.at(-1)
    if (last === undefined) return false
    await sink.send(batch, giveUp.signal)
    await moveCursor(store, sink.id, { holder, seq: last.seq, ...times() })
    if (failures > 0) options.report(`audit sink ${sink.id} works again`)
    failures = 0
    const isFull = batch.length === batchSize
    batchSize = Math.min(sink.batchSize, batchSize * 2)
    return isFull
  }

  async function failed(error: unknown): Promise<void> {
    if (stop.signal.aborted) return
    const failure = error instanceof SinkFailure ? error : undefined
    if (failure?.isTooLarge === true && batchSize > 1) {
      batchSize = Math.ceil(batchSize / 2)
      return
    }
    const problem = reasonOf(error)
    if (failures === 0) options.report(`audit sink ${sink.id} does not take events: ${problem}`)
    failures += 1
    await noteFailure(store, sink.id, { at: now(), problem }).catch(() => undefined)
    // Another process may reach what this one does not.
    await releaseSink(store, sink.id, holder).catch(() => undefined)
    const doubled = (options.firstPauseMs ?? 1000) * 2 ** Math.min(failures - 1, 16)
    // Half of it by chance: many gateways must not come back in the same moment.
    const own = Math.min(doubled, longestPauseMs) * (0.5 + options.chance() / 2)
    await rest(Math.max(own, Math.min(failure?.retryAfterMs ?? 0, longestRetryAfterMs)))
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        if (await step()) continue
        isIdle = true
        if (!isWoken) await rest(lookMs)
        isIdle = false
        isWoken = false
        await rest(gatherMs)
      } catch (error) {
        await failed(error)
      }
    }
    await releaseSink(store, sink.id, holder).catch(() => undefined)
  }

  const running = run()
  return Object.freeze({
    id: sink.id,
    wake() {
      isWoken = true
      if (isIdle) interrupt()
    },
    async close() {
      stop.abort()
      interrupt()
      const timer = setTimeout(() => giveUp.abort(), closeMs)
      await running
      clearTimeout(timer)
    },
  })
}

async function firstPage(
  store: Store,
  after: number,
  pageSize: number,
): Promise<readonly LogRow[]> {
  for await (const page of readLog(store, { after, pageSize })) return page
  return []
}

import { setImmediate as endOfRound } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { type Store, type StoreFile, storeFailureOf } from '../store/index.ts'
import { createAppend, type Entry } from './append.ts'
import type { AppendFailure, AppendThreadData } from './append-thread.ts'

/** Closing waits for so many groups at most: somebody may go on for ever. */
const mostWaiting = 1000

/** Writes groups of events, each in one transaction, one after the other. */
export interface GroupWriter {
  /** Resolves once they are on the disk. */
  write(entries: readonly Entry[]): Promise<void>
  /** Lets what is on its way be written; refuses what comes later. */
  close(): Promise<void>
}

/** Writes on the store's own connection: for what writes little, and for a store in memory. */
export function directWriter(store: Store): GroupWriter {
  let append: ReturnType<typeof createAppend> | undefined
  return Object.freeze({
    write: (entries: readonly Entry[]) =>
      store.transact(database => {
        append ??= createAppend(database)
        append(entries)
        store.checkFile()
      }),
    close: async () => undefined,
  })
}

/**
 * Writes on a thread of its own, so that this one never waits for the disk; directly when the store is in
 * memory. A thread that died is started again for the next group.
 */
export function threadWriter(store: Store): GroupWriter {
  return store.file === undefined ? directWriter(store) : onThread(store.file)
}

function onThread(file: StoreFile): GroupWriter {
  let thread: Worker | undefined
  let writing: Promise<void> = Promise.resolve()
  let isClosed = false

  function start(): Worker {
    const workerData: AppendThreadData = { name: file.name, opened: file.opened }
    const started = new Worker(new URL('./append-thread.ts', import.meta.url), {
      workerData,
      // Those of this process may be about its own program (`--eval`).
      execArgv: [],
    })
    const forget = () => {
      if (thread === started) thread = undefined
    }
    started.on('error', forget).once('exit', forget)
    // It is there as long as somebody uses the log, and keeps no process alive.
    started.unref()
    return started
  }

  async function send(entries: readonly Entry[]): Promise<void> {
    if (isClosed) throw new Error('the audit log is closed')
    thread ??= start()
    const failure = await answerOf(thread, entries)
    if (failure !== null) throw storeFailureOf(failure)
  }

  return Object.freeze({
    write(entries: readonly Entry[]) {
      const written = file.exclusively(() => send(entries))
      writing = written.catch(() => undefined)
      return written
    },
    async close() {
      // A group that waits for the one before it comes within a round of the event loop.
      for (let [last, left]: [unknown, number] = [undefined, mostWaiting]; left > 0; left -= 1) {
        if (last === writing) break
        last = writing
        await writing
        await endOfRound()
        await endOfRound()
      }
      isClosed = true
      await thread?.terminate()
    },
  })
}

function answerOf(thread: Worker, entries: readonly Entry[]): Promise<AppendFailure | null> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: AppendFailure | null) => {
      stop()
      resolve(answer)
    }
    const onError = (cause: unknown) => {
      stop()
      reject(new Error('the thread of the audit log failed', { cause }))
    }
    const onExit = () => onError(undefined)
    const stop = () => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit)
      thread.unref()
    }
    // A process must not end while it waits for an answer.
    thread.ref()
    thread.on('message', onMessage).on('error', onError).on('exit', onExit)
    thread.postMessage(entries)
  })
}

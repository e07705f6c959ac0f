/** A thread that appends groups of events on a connection of its own: the disk is waited for here. */
import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { checkFiles, inTransaction, type OpenedFile, openDatabase } from '../store/connection.ts'
import { type AppendGroup, createAppend, type Entry } from './append.ts'

/** What the thread is given. */
export interface AppendThreadData {
  readonly name: string
  readonly opened: readonly OpenedFile[]
}

/** What it answers to a group: nothing, or why the group was not written. */
export interface AppendFailure {
  readonly message: string
  /** SQLite's result code. */
  readonly errcode: number | undefined
  /** A StoreError's code. */
  readonly code: string | undefined
}

/** How long another process's lock is waited for, in milliseconds. */
const busyTimeout = 5000

const { name, opened }: AppendThreadData = workerData
let connection: { readonly database: DatabaseSync; readonly append: AppendGroup } | undefined

parentPort?.on('message', (entries: readonly Entry[]) => {
  parentPort?.postMessage(write(entries))
})

function connect() {
  // Opening would make a new database where ours was deleted.
  checkFiles(opened)
  const database = openDatabase(name, busyTimeout)
  return { database, append: createAppend(database) }
}

function write(entries: readonly Entry[]): AppendFailure | null {
  try {
    connection ??= connect()
    const { database, append } = connection
    inTransaction(database, () => {
      append(entries)
      checkFiles(opened)
    })
    return null
  } catch (error) {
    const facts: { message?: unknown; errcode?: unknown; code?: unknown } =
      error instanceof Error ? error : { message: String(error) }
    return {
      message: String(facts.message),
      errcode: typeof facts.errcode === 'number' ? facts.errcode : undefined,
      code: typeof facts.code === 'string' ? facts.code : undefined,
    }
  }
}

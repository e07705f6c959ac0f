/** Which of SQLite's errors are about the database and not about a statement: https://sqlite.org/rescode.html */
import { StoreError, type StoreErrorCode, storeErrors } from './errors.ts'

const busy = 5
/** By primary result code. */
const failures: ReadonlyMap<number, string> = new Map([
  [busy, 'another process holds its lock'],
  [7, 'there is no memory left'],
  [8, 'it can only be read'],
  [10, 'the disk failed'],
  [11, 'it is damaged'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
  [15, 'its locks cannot be used'],
  [26, 'it is not a database'],
])

/** The error as `store-failed` when the database is what failed; else as it came. */
export function storeFailure(error: unknown): unknown {
  const why = failures.get(primaryCode(error) ?? 0)
  if (why === undefined || !(error instanceof Error)) return error
  const message = `the database did not do its work: ${why} (${error.message})`
  return new StoreError('store-failed', message, { cause: error })
}

/** The same of an error's facts, as they come from another thread. */
export function storeFailureOf(facts: {
  readonly message: string
  readonly errcode: number | undefined
  readonly code: string | undefined
}): unknown {
  const { message, errcode, code } = facts
  const known = Object.keys(storeErrors).find((one): one is StoreErrorCode => one === code)
  if (known !== undefined) return new StoreError(known, message)
  return storeFailure(Object.assign(new Error(message), { errcode }))
}

/** Whether another process holds the lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error instanceof StoreError ? error.cause : error) === busy
}

/** The low byte is the primary code; extended codes such as SQLITE_BUSY_SNAPSHOT add to it. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

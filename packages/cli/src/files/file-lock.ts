import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../failure.ts'
import { isGone, type LockHolder, parseHolder, thisHolder } from './lock-holder.ts'

/** How long is waited for others. */
export interface LockOptions {
  /** Default: 30 s. */
  readonly waitMs?: number
  /** How long the same holder is watched whose process cannot be looked up: another machine. Default: 20 s. */
  readonly watchMs?: number
  /** The longest pause between two looks at a lock that is taken. Default: 50 ms. */
  readonly pauseMs?: number
}

/** What makes the lock needless. */
interface Otherwise<T> {
  /** Asked between two looks at a lock that is taken: when it gives something, or throws, that is the end. */
  readonly instead?: () => T | undefined
}

/**
 * Runs a function while no other process (that takes this lock) runs one for the same file. The lock is a
 * symbolic link beside the file, `FILE.rolecall-lock`, that leads nowhere and names its holder: it is
 * made in one step with what it says, so that a process killed at any moment leaves none that says
 * nothing. One whose holder is gone is taken away. Throws `Failure` `file` when another keeps it.
 */
export async function withFileLock<T>(
  file: string,
  run: () => Promise<T>,
  { waitMs = 30_000, watchMs = 20_000, pauseMs = 50, instead }: LockOptions & Otherwise<T> = {},
): Promise<T> {
  const path = `${file}.rolecall-lock`
  const id = randomBytes(9).toString('base64url')
  const mine = thisHolder(id)
  return await inTurn(path, waitMs, async left => {
    held.add(id)
    try {
      const waiting = { until: performance.now() + left, watchMs, pauseMs }
      const early = await take(path, mine, waiting, instead)
      return early === undefined ? await run() : early.value
    } finally {
      // What was done is done; a lock that cannot be removed is that of a holder who is gone.
      await free(path, mine).catch(() => undefined)
      held.delete(id)
    }
  })
}

/** The locks that this process has or waits for. */
const held = new Set<string>()
/** The last in the line of this process for each lock. */
const lines = new Map<string, Promise<unknown>>()

/** Those of one process know of each other: only the first of them has to look again and again. */
async function inTurn<T>(
  path: string,
  waitMs: number,
  run: (leftMs: number) => Promise<T>,
): Promise<T> {
  const before = lines.get(path)
  const begun = performance.now()
  const turn = (async () => {
    if (before !== undefined) await settledWithin(before, waitMs)
    return await run(Math.max(0, waitMs - (performance.now() - begun)))
  })()
  lines.set(path, turn)
  try {
    return await turn
  } finally {
    if (lines.get(path) === turn) lines.delete(path)
  }
}

async function settledWithin(before: Promise<unknown>, waitMs: number): Promise<void> {
  const stop = new AbortController()
  const ends = sleep(waitMs, undefined, { signal: stop.signal }).catch(() => undefined)
  await Promise.race([before.catch(() => undefined), ends])
  stop.abort()
}

interface Waiting {
  readonly until: number
  readonly watchMs: number
  readonly pauseMs: number
}

/** Gives what `instead` gave; undefined with the lock. */
async function take<T>(
  path: string,
  mine: string,
  waiting: Waiting,
  instead?: () => T | undefined,
): Promise<{ readonly value: T } | undefined> {
  let seen: { readonly text: string; readonly since: number } | undefined
  for (let pause = 1; ; pause = Math.min(pause * 1.5, waiting.pauseMs)) {
    if (await isMade(path, mine)) return undefined
    const text = (await holderIn(path)) ?? ''
    const now = performance.now()
    const holder = parseHolder(text)
    if (seen?.text !== text) seen = { text, since: now }
    else if (text !== '') {
      const gone = await isGone(holder, id => held.has(id))
      if (gone === true || (gone === undefined && now - seen.since > waiting.watchMs)) {
        await breakLock(path, text, mine, waiting)
        continue
      }
    }
    if (now > waiting.until) throw taken(path, holder)
    // Not all at the same moment: who waits long shall not always come second.
    await sleep(pause * (0.5 + Math.random()))
    const value = instead?.()
    if (value !== undefined) return { value }
  }
}

/**
 * Takes away the lock of a holder that is gone. Of several who saw it only one may: the lock that it takes for
 * this is named after the one that it breaks.
 */
async function breakLock(
  path: string,
  text: string,
  mine: string,
  waiting: Waiting,
): Promise<void> {
  const { id } = parseHolder(text)
  const guard = `${path}.${id}`
  // Whoever broke it and was killed at it is gone as well: the same holds for the guard.
  await take(guard, mine, waiting)
  try {
    if ((await holderIn(path)) === text) await rm(path, { force: true })
  } finally {
    await free(guard, mine)
  }
}

/** Not one that others broke, who took this process for gone, and hold now. */
async function free(path: string, mine: string): Promise<void> {
  if ((await holderIn(path)) === mine) await rm(path, { force: true })
}

async function isMade(path: string, mine: string): Promise<boolean> {
  try {
    await symlink(mine, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOSYS', 'ENOTSUP'].includes(codeOf(error) ?? '')) throw error
  }
  // Where links need a privilege or are unknown: a file, which says nothing for a moment.
  try {
    await writeFile(path, mine, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** What the lock says; undefined when it is free by now. */
async function holderIn(path: string): Promise<string | undefined> {
  try {
    return await readlink(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'UNKNOWN') throw error
  }
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
  try {
    const buffer = Buffer.alloc(512)
    const read = await handle?.read(buffer, 0, buffer.length, 0)
    return read && (buffer.toString('latin1', 0, read.bytesRead) || 'nothing yet')
  } catch {
    // A folder or the like: nobody's lock, and it stays where it is.
    return 'unknown'
  } finally {
    await handle?.close()
  }
}

function taken(path: string, { pid, host }: LockHolder): Failure {
  const who = pid === undefined ? 'another program' : `process ${pid} on ${host}`
  return new Failure(
    'file',
    `${who} keeps the file locked (${path})`,
    `wait for it or end it; if no such process edits the file, run: rm ${path}`,
  )
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

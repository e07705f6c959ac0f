import { setTimeout as sleep } from 'node:timers/promises'
import { isBusy } from './sqlite-errors.ts'
import type { TakeTurn } from './turns.ts'

/** How long a locked database is waited for, in milliseconds. */
const longestWait = 5000
const longestPause = 25

/** When whoever asks now is refused at the latest, if another process keeps the lock. */
export function lockDeadline(): number {
  return performance.now() + longestWait
}

/**
 * Does the work in a turn, and again while another process holds the lock. Nobody has the turn in
 * between, so that reading, which needs no lock, goes on. SQLite's own busy timeout would stop the whole
 * thread; a statement that was refused as busy has had no effect, so it is tried again. The turn is still
 * taken when this resolves, and not when it throws.
 */
export async function whenUnlocked<T>(
  takeTurn: TakeTurn,
  work: () => T | Promise<T>,
  deadline = lockDeadline(),
): Promise<{ readonly result: T; readonly giveTurn: () => void }> {
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPause)) {
    const giveTurn = await takeTurn()
    try {
      return { result: await work(), giveTurn }
    } catch (error) {
      giveTurn()
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await sleep(pause)
  }
}

import { ServerError } from '../../errors.ts'

const mostAtOnce = 16
const mostWaiting = 512

/** Runs jobs, so many at once; the others wait. Throws `too-many-requests` when too many do. */
export function createTurns(): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async job => {
    if (running >= mostAtOnce) {
      if (waiting.length >= mostWaiting) {
        const detail = `more than ${mostWaiting} wait for the directory`
        throw new ServerError('too-many-requests', { retryAfterSeconds: 2, detail })
      }
      // Whoever ends hands its turn on.
      await new Promise<void>(resolve => void waiting.push(resolve))
    } else running += 1
    try {
      return await job()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

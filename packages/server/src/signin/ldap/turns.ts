import { LdapUnavailable } from './ldap-unavailable.ts'

const mostAtOnce = 16
const mostWaiting = 512

/** Runs jobs, so many at once; the others wait, for `waitMs` at most. Rejects with `LdapUnavailable`. */
export function createTurns(waitMs: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting = new Set<() => void>()
  let running = 0

  function turn(): Promise<void> {
    if (running < mostAtOnce) {
      running += 1
      return Promise.resolve()
    }
    if (waiting.size >= mostWaiting) return Promise.reject(new LdapUnavailable('too many wait'))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(go)
        reject(new LdapUnavailable('its turn did not come in time'))
      }, waitMs)
      const go = (): void => {
        clearTimeout(timer)
        resolve()
      }
      waiting.add(go)
    })
  }

  return async job => {
    await turn()
    try {
      return await job()
    } finally {
      // Whoever ends hands its turn on.
      const [next] = waiting
      if (next === undefined) running -= 1
      else {
        waiting.delete(next)
        next()
      }
    }
  }
}

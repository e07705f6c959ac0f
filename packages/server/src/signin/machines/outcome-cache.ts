/** Outcomes of look-ups, kept for a while; the same look-up never runs twice at once. */

/** What a look-up came to, and how long that holds. */
export interface Outcome<T> {
  readonly value: T
  readonly lifeSeconds: number
}

/** Looks up by key, or answers what is known. */
export interface OutcomeCache<T> {
  /** Rejects as the look-up does; that is not kept. Undefined when too many run already. */
  get(key: string, lookUp: () => Promise<Outcome<T>>): Promise<T> | undefined
}

/** A cache with at most so many outcomes, and so many look-ups at once; the oldest makes room. */
export function createOutcomeCache<T>(
  now: () => Date,
  most: { readonly kept: number; readonly running: number },
): OutcomeCache<T> {
  const known = new Map<string, { value: T; since: number; until: number }>()
  const running = new Map<string, Promise<T>>()

  async function run(key: string, lookUp: () => Promise<Outcome<T>>): Promise<T> {
    // What a name server said counts from when it was asked.
    const since = now().getTime()
    try {
      const { value, lifeSeconds } = await lookUp()
      if (known.size >= most.kept) {
        for (const oldest of known.keys()) {
          known.delete(oldest)
          break
        }
      }
      known.set(key, { value, since, until: since + lifeSeconds * 1000 })
      return value
    } finally {
      running.delete(key)
    }
  }

  return Object.freeze({
    get(key: string, lookUp: () => Promise<Outcome<T>>) {
      const entry = known.get(key)
      const at = now().getTime()
      // A clock that was set back must not make an outcome last.
      if (entry !== undefined && at >= entry.since && at < entry.until) {
        return Promise.resolve(entry.value)
      }
      known.delete(key)
      const under = running.get(key)
      if (under !== undefined) return under
      if (running.size >= most.running) return undefined
      const started = run(key, lookUp)
      running.set(key, started)
      return started
    },
  })
}

/** Counts what happens under a key within a window that begins with the first of them. */

/** What a count came to. */
export interface Count {
  readonly count: number
  /** Until the window ends, more than 0. */
  readonly leftMs: number
}

/** Counts one more under that key. */
export type Counter = (key: string) => Count

/** Keeps so many keys; the one unused for the longest time makes room. */
export function createCounter(
  windowMs: number,
  mostKeys: number,
  now: () => number = Date.now,
): Counter {
  // A Map keeps the order of insertion: what is deleted and set again is the last.
  const windows = new Map<string, { count: number; since: number }>()

  return key => {
    const at = now()
    let window = windows.get(key)
    if (window !== undefined) windows.delete(key)
    // A clock that was set back must not keep somebody out until it has caught up.
    if (window === undefined || at >= window.since + windowMs || at < window.since) {
      window = { count: 0, since: at }
    }
    windows.set(key, window)
    window.count += 1
    if (windows.size > mostKeys) {
      const [oldest = key] = windows.keys()
      windows.delete(oldest)
    }
    return { count: window.count, leftMs: window.since + windowMs - at }
  }
}

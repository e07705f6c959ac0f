/** Ends what does not go on; one timer for all exchanges. */
export interface Watch {
  /** Watches until `stop`; `late` is called once, when the milliseconds pass without `again`. */
  start(ms: number, late: () => void): Watched
}

/** Something that is watched. */
export interface Watched {
  /** Something happened: counts from now. */
  again(ms: number): void
  stop(): void
}

const lookEveryMs = 500

/** A watch by the process's steady clock. */
export function createWatch(): Watch {
  const watched = new Set<{ end: number; readonly late: () => void }>()
  let timer: NodeJS.Timeout | undefined

  function look(): void {
    const now = performance.now()
    for (const one of watched) {
      if (one.end > now) continue
      watched.delete(one)
      one.late()
    }
    if (watched.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return Object.freeze({
    start(ms: number, late: () => void) {
      const one = { end: performance.now() + ms, late }
      watched.add(one)
      timer ??= setInterval(look, lookEveryMs).unref()
      return {
        again(next: number) {
          one.end = performance.now() + next
        },
        stop() {
          watched.delete(one)
        },
      }
    },
  })
}

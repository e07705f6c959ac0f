/** Catalogues are made of what has been read since the last one, not for each account on its own. */

const leastPauseMs = 1_000
/** Of the time that it takes to make one and to compile the grants by it. */
const restFactor = 20

/** Calls `publish` when it is due, with a pause that is long beside what the call takes. */
export function createPublisher(publish: () => void) {
  let timer: NodeJS.Timeout | undefined
  let freeAt = 0

  function run(): void {
    clearTimeout(timer)
    timer = undefined
    const began = performance.now()
    publish()
    const end = performance.now()
    freeAt = end + Math.max(leastPauseMs, restFactor * (end - began))
  }

  return {
    /** Something has changed; `isLast`: nothing more is under way that would be worth waiting for. */
    due(isLast: boolean): void {
      const pause = freeAt - performance.now()
      if (isLast || pause <= 0) run()
      else timer ??= setTimeout(run, pause).unref()
    },
    close(): void {
      clearTimeout(timer)
    },
  }
}

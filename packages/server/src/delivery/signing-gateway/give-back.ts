import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * The bytes of pieces after which the memory of those that are done with is given back, at once: besides what is
 * under way there is never more than this. Less takes more of the time of a large body.
 */
const everyBytes = 32 * 1024 * 1024

let passed = 0
let collect: (() => void) | undefined

/**
 * Counts a piece of a body. Pieces lie outside of V8's heap, which hardly grows while they flow: left to
 * itself, V8 looks for those that are done with only when there are more than a hundred megabytes of them.
 */
export function piecePassed(bytes: number): void {
  passed += bytes
  if (passed < everyBytes) return
  passed = 0
  collect ??= readCollector()
  collect()
}

function readCollector(): () => void {
  // In the background they are given back when a core is free: on a busy machine, later than others come.
  setFlagsFromString('--no-concurrent-array-buffer-sweeping')
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('gc')
  return typeof found === 'function' ? () => void found({ type: 'minor' }) : () => undefined
}

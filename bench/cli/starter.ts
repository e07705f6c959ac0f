import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { MissingPeer, type Side } from '../row.ts'

/** A program with its arguments, and the only variables that it gets. */
export interface Start {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** What one run has used: seconds, and KiB of memory at the most. */
export interface Used {
  readonly wall: number
  readonly cpu: number
  readonly rss: number
  readonly status: number
}

export interface Starter {
  run(start: Start): Promise<Used>
  end(): void
}

/**
 * Starts programs from a small process, which can tell what each of them has used; this one is large, and
 * what it starts would count its memory for its own. Throws `MissingPeer` without Python.
 */
export async function createStarter(): Promise<Starter> {
  const child = spawn('python3', [join(import.meta.dirname, 'start.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const failed = once(child, 'error').then(() => {
    throw new MissingPeer('python3 is not there: apt-get install python3')
  })
  failed.catch(() => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async run(start) {
      child.stdin.write(`${JSON.stringify(start)}\n`)
      const { value, done } = await Promise.race([lines.next(), failed])
      if (done === true) throw new Error('the starter has ended')
      return JSON.parse(value)
    },
    end: () => child.kill(),
  }
}

/** Starts it again and again. A run that fails ends the measurement. */
export function startsOf({ run }: Starter, start: Start): Side {
  return async (seconds, clock) => {
    let [wall, used, count] = [0, 0, 0]
    do {
      const one = await run(start)
      if (one.status !== 0) throw new Error(`${start.argv.join(' ')} ended with ${one.status}`)
      wall += one.wall
      used += one[clock]
      count += 1
    } while (wall < seconds)
    return count / used
  }
}

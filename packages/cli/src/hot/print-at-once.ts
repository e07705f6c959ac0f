import { writeSync } from 'node:fs'
import { exitCodes } from '../exit-codes.ts'

/** Writes to standard output without its stream, which takes longer to load than all else on this way. */
export function printAtOnce(text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      // A reader that has seen enough, such as `head`, is none to be told.
      if (code === 'EPIPE') process.exit(exitCodes.internal.code)
      // A pipe of another program that takes no more for the moment.
      if (code !== 'EAGAIN') throw error
      process.stdout.write(rest)
      return
    }
  }
}

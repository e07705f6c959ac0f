/** `rolecall credentials --profile` and `--role-arn` with nothing loaded but what calls AWS. */
import { reportError } from '../report-error.ts'
import type { Terminal } from '../terminal.ts'
import { type CredentialsOptions, printCredentials } from '../verbs/credentials.ts'
import { printAtOnce } from './print-at-once.ts'

/** Prints them, or says why not, and gives the exit code. */
export async function profileCredentials(
  options: CredentialsOptions,
  env: Terminal['env'],
): Promise<number> {
  // The standard streams are made when they are asked for: on the way to an answer nothing does.
  const terminal: Terminal = {
    get in() {
      return process.stdin
    },
    out: { write: printAtOnce },
    get err() {
      return process.stderr
    },
    env,
  }
  try {
    return await printCredentials(options, terminal)
  } catch (error) {
    return reportError(error, terminal)
  }
}

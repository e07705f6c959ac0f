import { exitCodes } from './exit-codes.ts'
import { run } from './run.ts'
import { complain } from './terminal.ts'

/** Runs the command line of this process on its own streams, and sets its exit code. */
export async function runProcess(words: readonly string[]): Promise<void> {
  const { stdin, stdout, stderr, env } = process
  const terminal = { in: stdin, out: stdout, err: stderr, env, words }

  // What can no longer be said on standard error is lost; what must not be lost checks `errored` itself.
  stderr.on('error', () => undefined)
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as `head`, is none to be told.
    if (error.code !== 'EPIPE') {
      complain(terminal, `cannot write to standard output: ${error.code ?? 'unknown error'}`)
    }
    process.exit(exitCodes.internal.code)
  })

  process.exitCode = await run(words, terminal)
}

#!/usr/bin/env node
/** The `rolecall` command. */
import { exitCodes } from './exit-codes.ts'
import { run } from './run.ts'
import { complain } from './terminal.ts'

const terminal = { in: process.stdin, out: process.stdout, err: process.stderr, env: process.env }

// What can no longer be said on standard error is lost; what must not be lost checks `errored` itself.
process.stderr.on('error', () => undefined)
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as `head`, is none to be told.
  if (error.code !== 'EPIPE') {
    complain(terminal, `cannot write to standard output: ${error.code ?? 'unknown error'}`)
  }
  process.exit(exitCodes.internal.code)
})

process.exitCode = await run(process.argv.slice(2), terminal)

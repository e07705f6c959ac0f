import { exitCodes } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { complain, type Terminal } from './terminal.ts'

/** Says on standard error why a command line has failed, and answers with its exit code. */
export function reportError(error: unknown, terminal: Terminal): number {
  if (error instanceof Failure) {
    complain(terminal, error.message, error.hint)
    return error.exitCode
  }
  // The stack is for us: it stays away unless it is asked for.
  const text = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? error.stack : undefined
  complain(
    terminal,
    `unexpected: ${text}`,
    'run it again with ROLECALL_DEBUG=1 and report what it prints',
  )
  if ((terminal.env.ROLECALL_DEBUG ?? '') !== '') terminal.err.write(`${stack ?? ''}\n`)
  return exitCodes.internal.code
}

import { CommanderError } from 'commander'
import { flagsBehindVerb } from './connections/leading-flags.ts'
import { exitCodes } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { buildProgram } from './program.ts'
import { complain, type Terminal } from './terminal.ts'

/** Runs one command line (without the program's own name) and answers with the exit code. */
export async function run(parameters: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.ok.code
  const program = buildProgram(terminal, code => {
    exitCode = code
  })
  try {
    await program.parseAsync([...flagsBehindVerb(parameters)], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok.code : exitCodes.usage.code
    }
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
}

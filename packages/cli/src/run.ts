import { CommanderError } from 'commander'
import { flagsBehindVerb } from './connections/leading-flags.ts'
import { exitCodes } from './exit-codes.ts'
import { buildProgram } from './program.ts'
import { reportError } from './report-error.ts'
import type { Terminal } from './terminal.ts'

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
    return reportError(error, terminal)
  }
}

import { type ExitReason, exitCodes } from './exit-codes.ts'

/** An end that the user can do something about: a message, what to do, an exit code. */
export class Failure extends Error {
  readonly reason: ExitReason
  readonly hint: string | undefined

  constructor(reason: ExitReason, message: string, hint?: string) {
    super(message)
    this.name = 'Failure'
    this.reason = reason
    this.hint = hint
  }

  get exitCode(): number {
    return exitCodes[this.reason].code
  }
}

/** The end of a verb whose configuration has problems; they are printed already. */
export function configurationFailure(file: string, count: number): Failure {
  const problems = count === 1 ? 'one problem' : `${count} problems`
  return new Failure(
    'configuration',
    `${problems} in ${file}`,
    'nothing was changed; mend the file and try again',
  )
}

import { Failure } from '../failure.ts'

/** As shells have it (POSIX.1-2017, XCU 2.8.2). */
export const notExecutable = 126
export const notFound = 127

/** A program could not be run: the exit codes are those of shells, 126 and 127. */
export class CannotRun extends Failure {
  readonly #code: number

  constructor(code: number, message: string, hint?: string) {
    super('usage', message, hint)
    this.#code = code
  }

  override get exitCode(): number {
    return this.#code
  }
}

/** What the failure to start a program means. */
export function cannotRun(name: string, error: unknown): CannotRun {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  const quoted = JSON.stringify(name.slice(0, 200))
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const hint = 'rolecall exec ROLE -- COMMAND runs a program of PATH, without a shell'
    return new CannotRun(notFound, `there is no program ${quoted}`, hint)
  }
  if (code === 'E2BIG') {
    return new CannotRun(notExecutable, `the arguments of ${quoted} are too long together`)
  }
  const why = code === '' ? 'it could not be started' : code
  return new CannotRun(notExecutable, `${quoted} cannot be run: ${why}`)
}

import { AwsError } from '../errors.ts'
import { splitWords } from '../shared-files/split-words.ts'
import type { CredentialSource, Credentials } from './credentials.ts'
import type { Environment } from './environment.ts'
import { credentialsIn, parseObject } from './read-answer.ts'
import { runProgram } from './run-program.ts'

/** A program that prints credentials. */
export interface ProcessOptions {
  /**
   * The program and its arguments: a list, or a text that is split as in `credential_process`. No shell takes
   * part, so `~`, variables and pipes mean nothing.
   */
  readonly command: string | readonly string[]
  /** The program's environment. Default: that of this process. */
  readonly env?: Environment | undefined
  /** Milliseconds until it is killed, without a terminal with all that it started. Default 60 000: it may ask a person. */
  readonly timeoutMs?: number | undefined
  /**
   * What the program wrote for people, at most 4 KiB. It may hold a secret, so that no error repeats it:
   * show it to nobody but the user at the terminal.
   */
  readonly onStderr?: ((text: string) => void) | undefined
}

/**
 * Credentials that a program prints as JSON (AWS SDKs and Tools Reference Guide, "Process credential provider");
 * it runs at each call. Throws {@link AwsError} `process_failed`, `timeout`, `response_too_large`,
 * `bad_answer`, `incomplete_credentials` or `invalid_argument`.
 */
export function processCredentials(options: ProcessOptions): CredentialSource {
  const [program, ...args] = wordsOf(options.command)
  // The arguments may hold a secret.
  const source = `credential process ${JSON.stringify(program)}`
  const get = async (): Promise<Credentials> => {
    const { env, timeoutMs = 60_000, onStderr } = options
    const output = await runProgram(source, { program, args, env, timeoutMs, onStderr })
    const answer = parseObject(source, output)
    if (answer.Version !== 1) {
      throw new AwsError('bad_answer', `${source}: the answer has no "Version": 1`)
    }
    return credentialsIn(source, answer, {
      sessionToken: 'SessionToken',
      isTemporary: false,
    })
  }
  return Object.freeze({ get, describe: () => source })
}

function wordsOf(command: string | readonly string[]): readonly [string, ...string[]] {
  const words = typeof command === 'string' ? splitWords(command) : command
  const [program, ...args] = words ?? []
  if (program === undefined || program === '' || /\0/.test([program, ...args].join(''))) {
    const message = `credential process: the command ${words === undefined ? 'has a quotation mark or a backslash without its end' : 'names no program'}`
    throw new AwsError('invalid_argument', message)
  }
  return [program, ...args]
}

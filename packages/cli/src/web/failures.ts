import { AwsError } from '@rolecall/aws'
import { Failure } from '../failure.ts'
import { printable } from '../terminal.ts'

/** Characters of a server's own words that a message repeats. */
const maxQuoted = 300

/** An answer of a host that is not understood: what was expected instead, and what to do. */
export function notUnderstood(host: string, expected: string, hint?: string): Failure {
  return new Failure('provider', `${host} did not answer as expected: ${expected}`, hint)
}

/** What a request could not do, as a `Failure` `network`; anything that is no `AwsError` as it is. */
export function asWebFailure(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error
  if (error.code === 'response_too_large' || error.code === 'bad_url') {
    return new Failure('provider', error.message)
  }
  const hint = 'check the network and the proxy; `rolecall doctor` looks at each step'
  return new Failure('network', error.message, hint)
}

/** A server's own words for a message: one harmless line of a bounded length. */
export function quoted(text: string): string {
  const line = printable(text.replace(/\s+/g, ' ').trim())
  return line.length > maxQuoted ? `${line.slice(0, maxQuoted)}…` : line
}

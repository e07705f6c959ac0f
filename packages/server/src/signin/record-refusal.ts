/** Turns any failure of a sign-in, or of a provider's sign-out, into an audit event and one and the same answer. */
import { SamlError } from '@rolecall/saml'
import type { AuditEvent } from '../audit/index.ts'
import { ServerError } from '../errors.ts'
import { SignInRefusal } from './refusals.ts'
import { RefusedResponse, traceOf } from './refused-response.ts'

const maxText = 500

/**
 * Records why it was refused and returns the error to throw: `signin-refused` or `signout-refused`,
 * which say nothing but the event's id. A `ServerError` passes as it is after it was recorded.
 */
export async function recordRefusal(
  audit: { record(event: AuditEvent): Promise<string> },
  thrown: unknown,
  facts: { readonly source: string; readonly address: string },
  what: 'signin' | 'signout',
): Promise<ServerError> {
  const error = thrown instanceof RefusedResponse ? thrown.error : thrown
  const trace = thrown instanceof RefusedResponse ? traceOf(thrown) : {}
  if (error instanceof ServerError) {
    if (error.code === 'audit-unavailable') return error
    await audit.record({
      ...facts,
      type: `${what}.refused`,
      result: 'error',
      code: error.code,
      reason: cut(error.detail ?? error.message),
    })
    return error
  }
  if (!(error instanceof SamlError || error instanceof SignInRefusal)) throw error
  const eventId = await audit.record({
    ...facts,
    type: `${what}.refused`,
    result: 'refused',
    code: error.code,
    reason: cut(error.message),
    detail: {
      check: cut(error.check),
      ...(error.expected === undefined ? {} : { expected: cut(error.expected) }),
      ...(error.received === undefined ? {} : { received: cut(error.received) }),
      ...trace,
    },
  })
  const detail = [error.code, ...Object.entries(trace).map(entry => entry.join(' '))].join(' · ')
  return new ServerError(`${what}-refused`, { eventId, detail, cause: error })
}

function cut(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}…`
}

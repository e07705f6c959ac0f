import type { ErrorBody } from '@rolecall/server/api'

/** A request that the gateway refused or did not answer; every part is fit for the page. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  /** Finds the event in the audit log. */
  readonly eventId: string | undefined

  constructor(status: number, error: ErrorBody['error']) {
    super(error.message)
    this.status = status
    this.code = error.code
    this.hint = error.hint
    this.eventId = error.eventId
  }
}

/** Whether the person must sign in (again). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}

/** What a failed answer says, whatever its body is: a proxy in front may send a page of its own. */
export function readError(status: number, body: unknown): ApiError {
  if (typeof body === 'object' && body !== null && 'error' in body) {
    const { error } = body
    if (typeof error === 'object' && error !== null && 'message' in error) {
      const text = (name: string) => {
        const value: unknown = Reflect.get(error, name)
        return typeof value === 'string' ? value : undefined
      }
      const message = text('message') ?? `The gateway answered ${status}.`
      const [hint, eventId] = [text('hint'), text('eventId')]
      return new ApiError(status, {
        code: text('code') ?? 'unknown',
        message,
        ...(hint === undefined ? {} : { hint }),
        ...(eventId === undefined ? {} : { eventId }),
      })
    }
  }
  return new ApiError(status, {
    code: 'unexpected_answer',
    message: `The gateway answered with status ${status} and no explanation.`,
    hint: 'Try again. If it stays, ask the people who run the gateway.',
  })
}

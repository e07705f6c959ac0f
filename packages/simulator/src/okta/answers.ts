import type { Outgoing } from '../http/exchange.ts'
import { jsonAnswer } from '../http/json.ts'
import type { OktaFactor } from './factors.ts'

/** https://developer.okta.com/docs/reference/error-codes/ */
const errors = {
  E0000004: [401, 'Authentication failed'],
  E0000005: [403, 'Invalid session'],
  E0000006: [403, 'You do not have permission to perform the requested action'],
  E0000007: [404, 'Not found: Resource not found'],
  E0000011: [401, 'Invalid token provided'],
  E0000068: [403, 'Invalid Passcode/Answer'],
} as const

/** One of Okta's errors. */
export function oktaError(code: keyof typeof errors, cause?: string): Outgoing {
  const [status, errorSummary] = errors[code]
  const errorCauses = cause === undefined ? [] : [{ errorSummary: cause }]
  return jsonAnswer(status, {
    errorCode: code,
    errorSummary,
    errorLink: code,
    errorId: 'oae',
    errorCauses,
  })
}

/** A factor in the list that a transaction waits with. */
export function listed({ id, factorType, provider, profile }: OktaFactor, origin: string) {
  return {
    ...{ id, factorType, provider, vendorName: provider, profile },
    _links: { verify: link(`${origin}/api/v1/authn/factors/${id}/verify`) },
  }
}

export function link(href: string) {
  return { href, hints: { allow: ['POST'] } }
}

import { SamlError } from '../../errors.ts'
import { bearerMethod } from '../../names.ts'
import { readTime } from '../read-time.ts'
import { checkNotOver, same } from './compare.ts'
import type { Expectations } from './expectations.ts'
import type { Confirmation } from './subject.ts'

/** When the confirmations that hold end; the assertion may be presented until the latest. */
export interface ConfirmedUntil {
  readonly earliest: Date
  readonly latest: Date
}

/**
 * Finds the bearer confirmations that hold in full (saml-profiles 4.1.4.3), of which one suffices,
 * and answers their ends. When none holds, the refusal is that of the first bearer confirmation.
 */
export function confirm(
  confirmations: readonly Confirmation[],
  expected: Expectations,
): ConfirmedUntil {
  const ends: number[] = []
  let refusal: SamlError | undefined
  for (const confirmation of confirmations) {
    if (confirmation.method !== bearerMethod) continue
    try {
      ends.push(endOf(confirmation, expected).getTime())
    } catch (error) {
      if (!(error instanceof SamlError)) throw error
      refusal ??= error
    }
  }
  if (ends.length > 0) {
    return { earliest: new Date(Math.min(...ends)), latest: new Date(Math.max(...ends)) }
  }
  if (refusal !== undefined) throw refusal
  throw new SamlError('assertion.confirmation', {
    check: 'Method of SubjectConfirmation',
    expected: bearerMethod,
    received: confirmations.map(({ method }) => method ?? 'none').join(', ') || 'none',
  })
}

function endOf({ data }: Confirmation, expected: Expectations): Date {
  if (data === undefined) return refuse('SubjectConfirmationData', 'one', 'none')
  if (!data.isPlain) return refuse('SubjectConfirmationData', 'no content', 'elements')
  if (data.notBefore !== undefined) {
    return refuse('NotBefore of SubjectConfirmationData', 'none', data.notBefore)
  }
  const { notOnOrAfter } = data
  if (notOnOrAfter === undefined) {
    return refuse('NotOnOrAfter of SubjectConfirmationData', 'a time', 'none')
  }
  // A missing Recipient matches nothing, not even an expectation that is missing as well.
  same('assertion.recipient', 'Recipient', expected.acsUrl, data.recipient ?? '')
  same(
    'response.in-response-to',
    'InResponseTo of SubjectConfirmationData',
    expected.inResponseTo ?? undefined,
    data.inResponseTo,
  )
  const end = readTime(notOnOrAfter, 'NotOnOrAfter of SubjectConfirmationData')
  checkNotOver('NotOnOrAfter of SubjectConfirmationData', end, expected)
  return end
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('assertion.confirmation', { check, expected, received })
}

import { SamlError } from '../../errors.ts'
import { bearerMethod } from '../../names.ts'
import { readTime } from '../read-time.ts'
import { checkNotOver, same } from './compare.ts'
import type { Expectations } from './expectations.ts'
import type { Confirmation } from './subject.ts'

/**
 * Finds a bearer confirmation that holds in full (saml-profiles 4.1.4.3) and answers its end. When
 * none does, the refusal is that of the first bearer confirmation.
 */
export function confirm(confirmations: readonly Confirmation[], expected: Expectations): Date {
  let refusal: SamlError | undefined
  for (const confirmation of confirmations) {
    if (confirmation.method !== bearerMethod) continue
    try {
      return endOf(confirmation, expected)
    } catch (error) {
      if (!(error instanceof SamlError)) throw error
      refusal ??= error
    }
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
  same('assertion.recipient', 'Recipient', expected.acsUrl, data.recipient)
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

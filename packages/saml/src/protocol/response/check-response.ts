import { SamlError } from '../../errors.ts'
import type { AssertionFacts } from './assertion.ts'
import { checkBegun, checkNotOver, same } from './compare.ts'
import type { Conditions } from './conditions.ts'
import { confirm } from './confirm.ts'
import type { Envelope } from './envelope.ts'
import type { Expectations } from './expectations.ts'

const maxAge = 300_000
const maxLifetime = 24 * 3600_000

/** Holds the Response against what was expected (R12; saml-bindings 3.5.5, saml-profiles 4.1.4.3). */
export function checkEnvelope(envelope: Envelope, isSigned: boolean, expected: Expectations): void {
  const { issuer, destination, inResponseTo, issueInstant } = envelope
  // Issuer and Destination may be left out of a Response that is not signed itself; what stands
  // in for them then is signed: the assertion's Issuer and Recipient.
  if (isSigned || issuer !== undefined) {
    same('response.issuer', 'Issuer of Response', expected.issuer, issuer)
  }
  if (isSigned || destination !== undefined) {
    same('response.destination', 'Destination', expected.acsUrl, destination)
  }
  same(
    'response.in-response-to',
    'InResponseTo of Response',
    expected.inResponseTo ?? undefined,
    inResponseTo,
  )
  checkAge('IssueInstant of Response', issueInstant, expected)
}

/** Until when an assertion is good. */
export interface AssertionEnds {
  /** The earliest end that it names. */
  readonly notOnOrAfter: Date
  /** When it can no longer be presented in any way: until then it must be remembered (R13). */
  readonly rememberUntil: Date
}

/** Holds an assertion against what was expected; answers until when it is good. */
export function checkAssertion(facts: AssertionFacts, expected: Expectations): AssertionEnds {
  const { issuer, issueInstant, subject, conditions, authn } = facts
  same('response.issuer', 'Issuer of Assertion', expected.issuer, issuer)
  checkAge('IssueInstant of Assertion', issueInstant, expected)
  checkAudience(conditions.audiences, expected.audience)
  checkPeriod(conditions, expected)
  checkBegun('AuthnInstant', authn.authnInstant, expected)
  if (authn.sessionNotOnOrAfter !== undefined) {
    checkNotOver('SessionNotOnOrAfter', authn.sessionNotOnOrAfter, expected)
  }
  const { earliest, latest } = confirm(subject.confirmations, expected)
  const ends = [latest, earliest, conditions.notOnOrAfter ?? earliest]
  for (const end of ends) {
    if (end.getTime() <= issueInstant.getTime() + maxLifetime) continue
    throw new SamlError('assertion.lifetime', {
      check: 'NotOnOrAfter',
      expected: 'at most 24 hours after IssueInstant',
      received: end.toISOString(),
    })
  }
  const last = Math.max(latest.getTime(), issueInstant.getTime() + maxAge)
  return {
    notOnOrAfter: new Date(Math.min(...ends.map(end => end.getTime()))),
    // The last instant at which it could still be presented is to be remembered too.
    rememberUntil: new Date(last + expected.skew + 1),
  }
}

function checkPeriod({ notBefore, notOnOrAfter }: Conditions, expected: Expectations): void {
  if (notBefore !== undefined) checkBegun('NotBefore of Conditions', notBefore, expected)
  if (notOnOrAfter === undefined) return
  checkNotOver('NotOnOrAfter of Conditions', notOnOrAfter, expected)
  // saml-core 2.5.1.2: the skew must not make a period out of one that is empty.
  if (notBefore === undefined || notBefore < notOnOrAfter) return
  throw new SamlError('assertion.condition', {
    check: 'NotOnOrAfter of Conditions',
    expected: `later than NotBefore, ${notBefore.toISOString()}`,
    received: notOnOrAfter.toISOString(),
  })
}

/** Every restriction must name us (AND), each by any of its audiences (OR); saml-core 2.5.1.4. */
function checkAudience(restrictions: readonly (readonly string[])[], audience: string): void {
  if (restrictions.length > 0 && restrictions.every(each => each.includes(audience))) return
  throw new SamlError('assertion.audience', {
    check: 'Audience',
    expected: audience,
    received: restrictions.map(each => each.join(' or ')).join(' and ') || 'none',
  })
}

function checkAge(check: string, issued: Date, { now, skew }: Expectations): void {
  const age = now - issued.getTime()
  if (age >= -skew && age <= maxAge + skew) return
  throw new SamlError('response.issue-instant', {
    check,
    expected: `at most ${maxAge / 1000} s before now`,
    received: `${age / 1000} s before`,
  })
}

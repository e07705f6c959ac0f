import { SamlError } from '../../errors.ts'
import type { AssertionFacts } from './assertion.ts'
import { checkBegun, checkNotOver, same } from './compare.ts'
import type { Conditions } from './conditions.ts'
import { confirm } from './confirm.ts'
import type { Envelope } from './envelope.ts'
import type { Expectations } from './expectations.ts'

const maxAge = 300_000
const maxLifetime = 24 * 3600_000

/** One check with the name under which an explanation reports it; it refuses or does nothing. */
export interface Check<Facts> {
  readonly name: string
  readonly run: (facts: Facts, expected: Expectations) => void
}

/** An envelope, and whether the Response is signed itself. */
export interface ReceivedEnvelope extends Envelope {
  readonly isSigned: boolean
}

/**
 * What a Response is held against (R12; saml-bindings 3.5.5, saml-profiles 4.1.4.3). Issuer and
 * Destination may be left out of one that is not signed itself; what stands in for them then is
 * signed: the assertion's Issuer and Recipient.
 */
export const envelopeChecks: readonly Check<ReceivedEnvelope>[] = [
  {
    name: 'Issuer of the Response',
    run: ({ issuer, isSigned }, expected) => {
      if (!isSigned && issuer === undefined) return
      same('response.issuer', 'Issuer of Response', expected.issuer, issuer)
    },
  },
  {
    name: 'Destination',
    run: ({ destination, isSigned }, expected) => {
      if (!isSigned && destination === undefined) return
      same('response.destination', 'Destination', expected.acsUrl, destination)
    },
  },
  {
    name: 'InResponseTo of the Response',
    run: ({ inResponseTo }, expected) => {
      const wanted = expected.inResponseTo ?? undefined
      same('response.in-response-to', 'InResponseTo of Response', wanted, inResponseTo)
    },
  },
  {
    name: 'IssueInstant of the Response',
    run: ({ issueInstant }, expected) =>
      checkAge('IssueInstant of Response', issueInstant, expected),
  },
]

/** What an assertion is held against (R12). */
export const assertionChecks: readonly Check<AssertionFacts>[] = [
  {
    name: 'Issuer of the assertion',
    run: ({ issuer }, expected) =>
      same('response.issuer', 'Issuer of Assertion', expected.issuer, issuer),
  },
  {
    name: 'IssueInstant of the assertion',
    run: ({ issueInstant }, expected) =>
      checkAge('IssueInstant of Assertion', issueInstant, expected),
  },
  {
    name: 'audience',
    run: ({ conditions }, { audience }) => checkAudience(conditions.audiences, audience),
  },
  { name: 'validity', run: ({ conditions }, expected) => checkPeriod(conditions, expected) },
  {
    name: 'time of sign-in',
    run: ({ authn }, expected) => {
      checkBegun('AuthnInstant', authn.authnInstant, expected)
      checkAnew(authn.authnInstant, expected)
    },
  },
  {
    name: 'way of sign-in',
    run: ({ authn }, { authnContexts }) => checkContext(authn.authnContextClassRef, authnContexts),
  },
  {
    name: 'end of the session',
    run: ({ authn: { sessionNotOnOrAfter } }, expected) => {
      if (sessionNotOnOrAfter === undefined) return
      checkNotOver('SessionNotOnOrAfter', sessionNotOnOrAfter, expected)
    },
  },
]

/** The last of them: `endsOf` needs what they find out, and makes both. */
export const confirmationChecks: readonly [Check<AssertionFacts>, Check<AssertionFacts>] = [
  {
    name: 'confirmation by the bearer',
    run: ({ subject }, expected) => {
      confirm(subject.confirmations, expected)
    },
  },
  {
    name: 'lifetime',
    run: (facts, expected) => {
      endsOf(facts, expected)
    },
  },
]

/** Until when an assertion is good. */
export interface AssertionEnds {
  /** The earliest end that it names. */
  readonly notOnOrAfter: Date
  /** When it can no longer be presented in any way: until then it must be remembered (R13). */
  readonly rememberUntil: Date
}

/** Holds a Response against what was expected. */
export function checkEnvelope(envelope: ReceivedEnvelope, expected: Expectations): void {
  for (const { run } of envelopeChecks) run(envelope, expected)
}

/** Holds an assertion against what was expected; answers until when it is good. */
export function checkAssertion(facts: AssertionFacts, expected: Expectations): AssertionEnds {
  for (const { run } of assertionChecks) run(facts, expected)
  return endsOf(facts, expected)
}

function endsOf(
  { issueInstant, subject, conditions }: AssertionFacts,
  expected: Expectations,
): AssertionEnds {
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

/** ForceAuthn: a session that the identity provider had already does not do (saml-core 3.4.1). */
function checkAnew(instant: Date, { authnSince, skew }: Expectations): void {
  if (authnSince === undefined || instant.getTime() >= authnSince - skew) return
  throw new SamlError('assertion.authn-instant', {
    check: 'AuthnInstant',
    expected: `not before ${new Date(authnSince).toISOString()}`,
    received: instant.toISOString(),
  })
}

function checkContext(classRef: string | undefined, wanted: readonly string[] | undefined): void {
  if (wanted === undefined || (classRef !== undefined && wanted.includes(classRef))) return
  throw new SamlError('assertion.authn-context', {
    check: 'AuthnContextClassRef',
    expected: wanted.join(' or '),
    received: classRef ?? 'none',
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

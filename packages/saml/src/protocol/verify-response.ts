import { parseXml } from '../xml/parse.ts'
import type { NameId } from './name-id.ts'
import { decodePost } from './post-binding.ts'
import { refuseReplay } from './replay.ts'
import { readAssertion } from './response/assertion.ts'
import { checkAssertion } from './response/check-response.ts'
import { expectationsOf, type VerifyResponseOptions } from './response/expectations.ts'
import { verifyParts } from './response/signed-parts.ts'

/** The facts of a response that was verified; all but `responseId` stood under a signature. */
export interface VerifiedResponse {
  readonly issuer: string
  readonly nameId: NameId
  readonly attributes: Map<string, string[]>
  readonly sessionIndex: string | undefined
  readonly sessionNotOnOrAfter: Date | undefined
  readonly assertionId: string
  readonly responseId: string
  /** The request that was answered; null for an unsolicited response. */
  readonly inResponseTo: string | null
  readonly authnInstant: Date
  readonly authnContextClassRef: string | undefined
  /** The earliest end that the assertion names for itself. */
  readonly notOnOrAfter: Date
}

const replayCodes = {
  replayed: 'assertion.replayed',
  replayStore: 'assertion.replay-store',
} as const

/**
 * Verifies the `SAMLResponse` field of the HTTP-POST binding for the web browser profile
 * (saml-bindings 3.5, saml-profiles 4.1.4) and answers what it says, or throws `SamlError` with the
 * code of the check that failed. Every fact is read from a tree that was parsed from the signed
 * octets after their signature held. The replay store is asked last, so that nothing but a valid
 * assertion is recorded.
 */
export async function verifyResponse(
  encoded: string,
  options: VerifyResponseOptions,
): Promise<VerifiedResponse> {
  const expected = expectationsOf(options)
  const document = parseXml(decodePost(encoded, 'SAMLResponse'))
  const { envelope, assertion } = verifyParts(document, expected)
  const facts = readAssertion(assertion, expected.decryption)
  const { notOnOrAfter, rememberUntil } = checkAssertion(facts, expected)
  await refuseReplay(options.replay, facts, rememberUntil, replayCodes)
  const { authnInstant, sessionIndex, sessionNotOnOrAfter, authnContextClassRef } = facts.authn
  return Object.freeze({
    issuer: facts.issuer,
    nameId: facts.subject.nameId,
    attributes: facts.attributes,
    sessionIndex,
    sessionNotOnOrAfter,
    assertionId: facts.id,
    responseId: envelope.id,
    inResponseTo: expected.inResponseTo,
    authnInstant,
    authnContextClassRef,
    notOnOrAfter,
  })
}

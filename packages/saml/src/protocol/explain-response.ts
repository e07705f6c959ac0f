import { defined } from '../defined.ts'
import type { Decryption } from '../encryption/decrypt-element.ts'
import { SamlError, type SamlErrorCode, samlErrors } from '../errors.ts'
import { noneAllowed } from '../signature/algorithms.ts'
import type { Survey } from '../signature/survey.ts'
import type { VerifiedElement } from '../signature/verify-signature.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { decodePost } from './post-binding.ts'
import { readAssertion } from './response/assertion.ts'
import {
  assertionChecks,
  type Check,
  confirmationChecks,
  envelopeChecks,
} from './response/check-response.ts'
import { type Envelope, readEnvelope } from './response/envelope.ts'
import { expectationsOf, type VerifyResponseOptions } from './response/expectations.ts'
import {
  decryptAssertion,
  type FoundSignatures,
  findSignatures,
  unsigned,
  verified,
} from './response/signed-parts.ts'
import { verifyResponse } from './verify-response.ts'

/** One check of a response: what was looked at, and what came of it. */
export interface ExplainedCheck {
  readonly name: string
  /** `skipped`: there was nothing to look at, or an earlier check left nothing to look at. */
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly code?: SamlErrorCode
  readonly expected?: string
  readonly received?: string
  readonly remedy?: string
}

/** What became of a response: good for an administrator's page, and for nothing else. */
export interface ResponseExplanation {
  /** Whether `verifyResponse` takes it, were it not presented before. */
  readonly accepted: boolean
  readonly checks: readonly ExplainedCheck[]
}

/** What a response is held against, but for what was presented before. */
export type ExplainResponseOptions = Omit<VerifyResponseOptions, 'replay'>

/**
 * Runs all checks of `verifyResponse` and reports each, where that stops at the first one that fails.
 * A check behind a signature that does not hold looks at what was received. It answers no facts about
 * a person, asks no replay store and throws for nothing in the response: it cannot sign anybody in.
 * Throws `SamlError` `option.invalid` only.
 */
export async function explainResponse(
  encoded: string,
  options: ExplainResponseOptions,
): Promise<ResponseExplanation> {
  const whole: VerifyResponseOptions = { ...options, replay: { seen: () => false } }
  const expected = expectationsOf(whole)
  const checks: ExplainedCheck[] = []
  explain(encoded, expected, checks)
  const accepted = await verifyResponse(encoded, whole).then(() => true, isRefusal)
  return Object.freeze({ accepted, checks: Object.freeze(checks) })
}

function isRefusal(error: unknown): false {
  if (error instanceof SamlError) return false
  throw error
}

type Expectations = ReturnType<typeof expectationsOf>

function explain(encoded: string, expected: Expectations, checks: ExplainedCheck[]): void {
  const bytes = tried(checks, 'base64', () => decodePost(encoded, 'SAMLResponse'))
  const document = tried(checks, 'XML', bytes && (() => parseXml(bytes)))
  const received = tried(
    checks,
    'Response, its status and one assertion',
    document && (() => readEnvelope(document.root)),
  )
  const found = tried(
    checks,
    'places of the signatures',
    document && received && (() => findSignatures(document, received)),
  )
  // The inner signature is verified before what surrounds it, as `verifyParts` does, and told after.
  const later: ExplainedCheck[] = []
  const ofAssertion = explainSignature('assertion', found?.ofAssertion, found, expected, later)
  const ofResponse = explainSignature('Response', found?.ofResponse, found, expected, checks)
  const envelope = ofResponse === undefined ? received : readEnvelope(ofResponse)
  const isSigned = found?.ofResponse !== undefined
  const ofEnvelope: ExplainedCheck[] = []
  runAll(ofEnvelope, envelopeChecks, envelope && { ...envelope, isSigned }, expected)
  // As in `verifyParts`: what anybody can send costs no work with the private key before it is for us.
  const isDue = ofResponse !== undefined || ofEnvelope.every(({ outcome }) => outcome === 'passed')
  const inside = isDue
    ? explainDecryption(envelope, found, ofResponse !== undefined, expected, checks)
    : tried<never>(checks, 'decryption', undefined)
  if (inside === undefined) checks.push(...later)
  const assertion =
    inside === undefined
      ? ofAssertion
      : explainSignature('assertion', inside.signature, inside, expected, checks)
  const isReadable = envelope !== undefined && (!envelope.isEncrypted || inside !== undefined)
  const signature = inside?.signature ?? found?.ofAssertion
  const hasNone = found !== undefined && !isSigned && signature === undefined
  tried(checks, 'a signature at all', isReadable ? () => (hasNone ? unsigned() : true) : undefined)
  checks.push(...ofEnvelope)
  const unread = isReadable ? (inside?.root ?? envelope.assertion) : undefined
  const read = assertion ?? (unread && standIn(unread, signature))
  const isBelieved = assertion !== undefined || ofResponse !== undefined
  const { decryption } = expected
  const facts = tried(
    checks,
    'form of the assertion',
    // R14: what nobody signed is no reason to decrypt CBC, an explanation of it would be an oracle.
    read && (() => readAssertion(read, isBelieved ? decryption : authenticated(decryption))),
  )
  runAll(checks, assertionChecks, facts, expected)
  const [confirmation, lifetime] = confirmationChecks
  runAll(checks, [confirmation], facts, expected)
  // How long it lasts is for the confirmations to say, if there are any.
  const isConfirmed = checks.at(-1)?.outcome === 'passed'
  runAll(checks, [lifetime], isConfirmed ? facts : undefined, expected)
}

function explainSignature(
  of: 'Response' | 'assertion',
  signature: XmlElement | undefined,
  within: { readonly survey: Survey } | undefined,
  { trust }: Expectations,
  checks: ExplainedCheck[],
): VerifiedElement | undefined {
  return tried(
    checks,
    `signature of the ${of}`,
    within && signature && (() => verified(signature, within.survey, trust)),
  )
}

function explainDecryption(
  envelope: Envelope | undefined,
  found: FoundSignatures | undefined,
  isVerified: boolean,
  { decryption }: Expectations,
  checks: ExplainedCheck[],
) {
  return tried(
    checks,
    'decryption',
    envelope?.isEncrypted && found
      ? () => decryptAssertion(envelope, found.survey, decryption, isVerified)
      : undefined,
  )
}

function authenticated({ keys }: Decryption): Decryption {
  return { keys, allowed: noneAllowed }
}

/**
 * The assertion as it was received, to find out what more is wrong with it. Nothing vouches for it,
 * and no fact of it leaves this module.
 */
function standIn(assertion: XmlElement, signature: XmlElement | undefined): VerifiedElement {
  const children = assertion.children.filter(child => child !== signature)
  return { ...assertion, children } as XmlElement as VerifiedElement
}

function runAll<Facts>(
  checks: ExplainedCheck[],
  list: readonly Check<Facts>[],
  facts: Facts | undefined,
  expected: Expectations,
): void {
  for (const { name, run } of list) {
    tried(checks, name, facts && (() => run(facts, expected)))
  }
}

/** Runs a check and reports it; without anything to run it was skipped. */
function tried<T>(
  checks: ExplainedCheck[],
  name: string,
  run: (() => T) | undefined | false,
): T | undefined {
  if (run === undefined || run === false) {
    checks.push(Object.freeze({ name, outcome: 'skipped' }))
    return undefined
  }
  try {
    const result = run()
    checks.push(Object.freeze({ name, outcome: 'passed' }))
    return result
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    const { code, expected, received } = error
    const { remedy } = samlErrors[code]
    checks.push(defined({ name, outcome: 'failed', code, expected, received, remedy } as const))
    return undefined
  }
}

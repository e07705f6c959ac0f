import { type Decryption, decryptElement } from '../../encryption/decrypt-element.ts'
import { SamlError } from '../../errors.ts'
import { misplaced, type Survey, survey } from '../../signature/survey.ts'
import {
  type Trust,
  type VerifiedElement,
  verifyEnveloped,
} from '../../signature/verify-signature.ts'
import { messageLimits } from '../../xml/limits.ts'
import type { XmlDocument, XmlElement } from '../../xml/nodes.ts'
import { checkEnvelope, type ReceivedEnvelope } from './check-response.ts'
import { type Envelope, readEnvelope } from './envelope.ts'
import type { Expectations } from './expectations.ts'

/** What may be read of a response once its signatures hold. */
export interface SignedParts {
  /** From the signed octets when it is signed, else as it was received. */
  readonly envelope: ReceivedEnvelope
  readonly assertion: VerifiedElement
}

/** Where the signatures of a response stand, none of them verified. */
export interface FoundSignatures {
  readonly survey: Survey
  readonly ofResponse: XmlElement | undefined
  readonly ofAssertion: XmlElement | undefined
}

/**
 * Verifies every signature of a received Response and answers what is signed, read from the signed
 * octets (R9). A signature may stand on the Response and on its assertion, at least on one of them
 * and nowhere else in the document (R4); each that is there must hold. The envelope is held against
 * what was expected before anything is decrypted: anybody can send what costs a private key's work.
 * An encrypted assertion needs no signature of its own only if that of the Response holds (R14).
 */
export function verifyParts(document: XmlDocument, expected: Expectations): SignedParts {
  const { trust, decryption } = expected
  const received = readEnvelope(document.root)
  const found = findSignatures(document, received)
  // The inner one first: it is made in the scope of what surrounds it, signed or not (`treeOf`).
  let assertion = verified(found.ofAssertion, found.survey, trust)
  const response = verified(found.ofResponse, found.survey, trust)
  const isSigned = response !== undefined
  const envelope = { ...(isSigned ? readEnvelope(response) : received), isSigned }
  checkEnvelope(envelope, expected)
  if (envelope.isEncrypted) {
    const inside = decryptAssertion(envelope, found.survey, decryption, isSigned)
    assertion = verified(inside.signature, inside.survey, trust)
    // What a verified signature covers is what was encrypted, and nobody else wrote it.
    if (isSigned) assertion ??= inside.root as VerifiedElement
  } else if (isSigned) {
    // A child of a verified tree is verified with it.
    assertion ??= envelope.assertion as VerifiedElement
  }
  return { envelope, assertion: assertion ?? unsigned() }
}

/** Finds the signatures of a response; one that stands elsewhere refuses (R4). */
export function findSignatures(document: XmlDocument, received: Envelope): FoundSignatures {
  const found = survey(document)
  oneAssertion(found)
  const plain = received.isEncrypted ? undefined : received.assertion
  const [ofResponse, ofAssertion] = placed(found, [document.root, plain])
  return { survey: found, ofResponse, ofAssertion }
}

/** The assertion in the ciphertext with the signature in it, which is not verified yet. */
export function decryptAssertion(
  { assertion }: Envelope,
  outside: Survey,
  decryption: Decryption,
  isSigned: boolean,
) {
  const document = decryptElement(assertion, 'Assertion', decryption, isSigned)
  const inside = survey(document)
  oneAssertion(inside)
  refuseShared(outside, inside)
  const [signature] = placed(inside, [document.root])
  return { root: document.root, survey: inside, signature }
}

/** What a signature covers, if there is one. */
export function verified(
  signature: XmlElement | undefined,
  document: Survey,
  trust: Trust,
): VerifiedElement | undefined {
  return signature && verifyEnveloped(signature, document, trust, messageLimits).root
}

/** R11: no second assertion anywhere, in an Advice, an extension or a value either. */
function oneAssertion({ assertions }: Survey): void {
  if (assertions.length === 1) return
  throw new SamlError('response.assertion', {
    check: 'assertions in the document',
    expected: 'one',
    received: String(assertions.length),
  })
}

/** Refuses what nobody signed. */
export function unsigned(): never {
  throw new SamlError('signature.missing', {
    check: 'ds:Signature',
    expected: 'one on the Response or on its assertion',
    received: 'none',
  })
}

/** The signature in each of these elements; one elsewhere, or a second one, refuses. */
function placed(
  { signatures }: Survey,
  elements: readonly (XmlElement | undefined)[],
): readonly (XmlElement | undefined)[] {
  const found: (XmlElement | undefined)[] = elements.map(() => undefined)
  for (const signature of signatures) {
    const index = elements.findIndex(each => each !== undefined && each === signature.parent)
    if (index === -1 || found[index] !== undefined) misplaced(signature.parent?.local ?? 'root')
    found[index] = signature
  }
  return found
}

/** R5 over both documents: what was decrypted stands inside the one that it came in. */
function refuseShared(outside: Survey, inside: Survey): void {
  for (const id of inside.identifiers.keys()) {
    if (!outside.identifiers.has(id)) continue
    throw new SamlError('signature.id', {
      check: 'IDs in the encrypted assertion',
      expected: 'others than those around it',
      received: id,
    })
  }
}

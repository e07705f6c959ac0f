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
import { type Envelope, readEnvelope } from './envelope.ts'

/** What may be read of a response once its signatures hold. */
export interface SignedParts {
  /** From the signed octets when `isResponseSigned`, else as it was received. */
  readonly envelope: Envelope
  readonly isResponseSigned: boolean
  readonly assertion: VerifiedElement
}

/**
 * Verifies every signature of a received Response and answers what is signed, read from the signed
 * octets (R9). A signature may stand on the Response and on its assertion, at least on one of them
 * and nowhere else in the document (R4); each that is there must hold. An encrypted assertion is
 * decrypted once the signature of the Response holds, and needs none of its own only then (R14).
 */
export function verifyParts(
  document: XmlDocument,
  trust: Trust,
  decryption: Decryption,
): SignedParts {
  const received = readEnvelope(document.root)
  const found = survey(document)
  const plain = received.isEncrypted ? undefined : received.assertion
  const [inResponse, inAssertion] = placed(found, [document.root, plain])
  const ofResponse = inResponse && verifyEnveloped(inResponse, found, trust, messageLimits).root
  const envelope = ofResponse === undefined ? received : readEnvelope(ofResponse)
  const assertion = envelope.isEncrypted
    ? decryptedAssertion(envelope, found, trust, decryption, ofResponse !== undefined)
    : inAssertion && verifyEnveloped(inAssertion, found, trust, messageLimits).root
  if (ofResponse === undefined && assertion === undefined) {
    throw new SamlError('signature.missing', {
      check: 'ds:Signature',
      expected: 'one on the Response or on its assertion',
      received: 'none',
    })
  }
  return {
    envelope,
    isResponseSigned: ofResponse !== undefined,
    // A child of a verified tree is verified with it.
    assertion: assertion ?? (envelope.assertion as VerifiedElement),
  }
}

/** The assertion in the ciphertext; undefined when nothing vouches for it. */
function decryptedAssertion(
  { assertion }: Envelope,
  outside: Survey,
  trust: Trust,
  decryption: Decryption,
  isSigned: boolean,
): VerifiedElement | undefined {
  const document = decryptElement(assertion, 'Assertion', decryption, isSigned)
  const inside = survey(document)
  refuseShared(outside, inside)
  const [signature] = placed(inside, [document.root])
  if (signature !== undefined) {
    return verifyEnveloped(signature, inside, trust, messageLimits).root
  }
  return isSigned ? (document.root as VerifiedElement) : undefined
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

import { SamlError } from '../../errors.ts'
import type { KeyInput } from '../../signature/algorithms.ts'
import { misplaced, survey } from '../../signature/survey.ts'
import {
  type Verified,
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
 * Verifies every signature of a received Response and answers what is signed, read anew from the
 * signed octets (R9). A signature may stand on the Response and on its assertion, at least on one
 * of them and nowhere else in the document (R4); each that is there must hold.
 */
export function verifyParts(document: XmlDocument, keys: readonly KeyInput[]): SignedParts {
  const response = document.root
  const received = readEnvelope(response)
  const found = survey(document)
  let inResponse: XmlElement | undefined
  let inAssertion: XmlElement | undefined
  for (const signature of found.signatures) {
    if (signature.parent === response && inResponse === undefined) inResponse = signature
    else if (signature.parent === received.assertion && inAssertion === undefined) {
      inAssertion = signature
    } else {
      misplaced(signature.parent?.local ?? 'root')
    }
  }
  const verify = (signature: XmlElement | undefined): Verified | undefined =>
    signature && verifyEnveloped(signature, found, keys, messageLimits)
  const ofResponse = verify(inResponse)
  const ofAssertion = verify(inAssertion)
  if (ofResponse === undefined) {
    if (ofAssertion === undefined) {
      throw new SamlError('signature.missing', {
        check: 'ds:Signature',
        expected: 'one on the Response or on its assertion',
        received: 'none',
      })
    }
    return { envelope: received, isResponseSigned: false, assertion: ofAssertion.root }
  }
  const envelope = readEnvelope(ofResponse.root)
  // A child of a verified tree is verified with it.
  const assertion = ofAssertion?.root ?? (envelope.assertion as VerifiedElement)
  return { envelope, isResponseSigned: true, assertion }
}

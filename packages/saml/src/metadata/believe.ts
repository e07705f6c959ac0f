import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { type Survey, survey } from '../signature/survey.ts'
import { type Trust, verifyEnveloped } from '../signature/verify-signature.ts'
import { metadataLimits } from '../xml/limits.ts'
import type { XmlDocument, XmlElement } from '../xml/nodes.ts'
import { child, isNamed } from '../xml/read.ts'

/** Which elements must be signed: the root, or the root or else each of its members. */
export type SignedParts = 'root' | 'members'

/** Answers what a pinned key signed of an element; undefined for a group whose members have to be signed instead. */
export type Believe = (element: XmlElement) => XmlElement | undefined

/**
 * Finds what to believe in a received document: an element with a signature is verified and read
 * anew from what was signed, one without is refused, unless it is a group and `signed` is `members`.
 */
export function believing(document: XmlDocument, trust: Trust, signed: SignedParts): Believe {
  let found: Survey | undefined
  return element => {
    const signature = child(element, namespaces.ds, 'Signature')
    if (signature !== undefined) {
      found ??= survey(document)
      return verifyEnveloped(signature, found, trust, metadataLimits).root
    }
    const isGroup = isNamed(element, namespaces.md, 'EntitiesDescriptor')
    if (signed === 'members' && isGroup) return undefined
    throw new SamlError('metadata.signature', {
      check: `ds:Signature of ${element.local}`,
      expected: 'a signed element',
      received: 'an unsigned one',
    })
  }
}

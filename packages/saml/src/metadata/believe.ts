import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import type { KeyInput } from '../signature/algorithms.ts'
import { type Survey, survey } from '../signature/survey.ts'
import { verifyEnveloped } from '../signature/verify-signature.ts'
import { metadataLimits } from '../xml/limits.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { child, isNamed } from '../xml/read.ts'

/** Which elements must be signed: the root, or the root or else each of its members. */
export type SignedParts = 'root' | 'members'

/** Answers what a pinned key signed of an element; undefined for a group whose members have to be signed instead. */
export type Believe = (element: XmlElement) => XmlElement | undefined

/**
 * Finds what to believe in a received document: an element with a signature is verified and read
 * anew from what was signed, one without is refused, unless it is a group and `signed` is `members`.
 */
export function believing(
  root: XmlElement,
  keys: readonly KeyInput[],
  signed: SignedParts,
): Believe {
  let found: Survey | undefined
  return element => {
    const signature = child(element, namespaces.ds, 'Signature')
    if (signature !== undefined) {
      found ??= survey(root)
      const { xml } = verifyEnveloped(signature, found, keys, metadataLimits)
      // What a prefix in a value means is read too: from what was signed, not from what stood around it.
      return parseXml(xml, { ...metadataLimits, bytes: 4 * metadataLimits.bytes }).root
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

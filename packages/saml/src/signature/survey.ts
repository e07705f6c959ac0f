import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { isNcName } from '../xml/names.ts'
import type { XmlDocument, XmlElement } from '../xml/nodes.ts'
import { attribute, elementsAmid, isNamed } from '../xml/read.ts'

/** What one walk over a received document found. */
export interface Survey {
  /** Every `ds:Signature`, wherever it stands. */
  readonly signatures: readonly XmlElement[]
  /** Every `saml:Assertion` and `saml:EncryptedAssertion`, wherever it stands. */
  readonly assertions: readonly XmlElement[]
  /** How often each value stands in an attribute that some reader takes for an identifier. */
  readonly identifiers: ReadonlyMap<string, number>
}

// R5: what the various libraries look up. The namespace does not matter, which covers xml:id and
// wsu:Id, and `q:ID` beside `ID`.
const identifierNames: ReadonlySet<string> = new Set([
  'ID',
  'Id',
  'id',
  'AssertionID',
  'ResponseID',
  'RequestID',
])

/** Looks at every element of a document once for its signatures, assertions and identifiers. */
export function survey({ elements }: XmlDocument): Survey {
  const signatures: XmlElement[] = []
  const assertions: XmlElement[] = []
  const identifiers = new Map<string, number>()
  for (const element of elements) {
    if (isNamed(element, namespaces.ds, 'Signature')) signatures.push(element)
    else if (isAssertion(element)) assertions.push(element)
    if (element.attributes.length === 0) continue
    for (const { local, value } of element.attributes) {
      if (identifierNames.has(local)) identifiers.set(value, (identifiers.get(value) ?? 0) + 1)
    }
  }
  return { signatures, assertions, identifiers }
}

function isAssertion(element: XmlElement): boolean {
  const { local, namespace } = element
  return namespace === namespaces.saml && (local === 'Assertion' || local === 'EncryptedAssertion')
}

/**
 * The element that a Signature must cover: its parent, in which it stands right after the Issuer,
 * or first where there is none (R4). The parent is not looked up by its ID; the ID must only be an NCName
 * that occurs once (R5). Answers the parent with its ID.
 */
export function targetOf(
  signature: XmlElement,
  { identifiers }: Survey,
): { readonly target: XmlElement; readonly id: string } {
  const target = signature.parent
  if (target === undefined) return misplaced('root')
  const elements = elementsAmid(target)
  const issuer = elements.findIndex(each => isNamed(each, namespaces.saml, 'Issuer'))
  // Without an Issuer the index is -1 and the Signature comes first.
  if (issuer > 0 || elements[issuer + 1] !== signature) return misplaced(target.local)
  const id = attribute(target, 'ID')
  if (id === undefined || !isNcName(id) || identifiers.get(id) !== 1) {
    throw new SamlError('signature.id', {
      check: `ID of ${target.local}`,
      expected: 'an XML name that occurs once in the document',
      received: id ?? 'none',
    })
  }
  return { target, id }
}

/** Refuses a Signature that stands where none may. */
export function misplaced(where: string): never {
  throw new SamlError('signature.position', {
    check: 'place of ds:Signature',
    expected: 'right after the Issuer of the element that it signs',
    received: `a place in ${where}`,
  })
}

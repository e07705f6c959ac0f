import { namespaces } from '../names.ts'
import { invalidOption } from '../protocol/check-option.ts'
import { canonicalize } from '../xml/canonicalize.ts'
import { exceeded, metadataLimits } from '../xml/limits.ts'
import type { XmlElement, XmlNamespace } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { elementsOf, isNamed } from '../xml/read.ts'
import { el, writeXml, written, type XmlOutput } from '../xml/write.ts'
import { maxPrefixes, prefixesInValues, uriOf } from './prefix-scope.ts'

/** How much canonical XML one document may still give: namespace declarations can multiply it. */
export interface FragmentBudget {
  left: number
}

/** What one document may give, as with signatures four times its own bound. */
export function fragmentBudget(): FragmentBudget {
  return { left: 4 * metadataLimits.bytes }
}

/**
 * An element that is kept but not understood: exclusive canonical XML that stands on its own, with
 * the declarations of prefixes that are used in values only, such as `xsi:type="xs:string"`.
 */
export function readFragment(element: XmlElement, budget: FragmentBudget): string {
  const prefixList = prefixesInValues(element)
  if (prefixList.length > maxPrefixes) exceeded('prefixes in values of an element', maxPrefixes)
  // All that surrounds it in one place, so that nobody has to look through its ancestors once more.
  const around = prefixList
    .map(prefix => ({ prefix, uri: uriOf(element.parent, prefix) }))
    .filter((each): each is XmlNamespace => each.uri !== undefined)
  const parent = { ...element, namespaces: around, parent: undefined }
  const text = canonicalize({ ...element, parent }, { prefixList, maxLength: budget.left })
  budget.left -= text.length
  return text
}

/** The children of Extensions that may stand there, each as a fragment; undefined for none. */
export function readExtensions(
  element: XmlElement,
  budget: FragmentBudget,
): readonly string[] | undefined {
  const found = elementsOf(element)
    .filter(each => isNamed(each, namespaces.md, 'Extensions'))
    .flatMap(elementsOf)
    .filter(isExtension)
  return found.length === 0
    ? undefined
    : Object.freeze(found.map(each => readFragment(each, budget)))
}

/** Extensions hold elements of any vocabulary but this one (saml-metadata 2.3.1). */
function isExtension({ namespace }: XmlElement): boolean {
  return namespace !== '' && namespace !== namespaces.md
}

/**
 * A fragment to be written: parsed as strictly as what is received, and canonical from there on.
 * `fits` says what may stand there.
 */
export function fragment(
  xml: string,
  check: string,
  fits: (root: XmlElement) => boolean,
): XmlOutput {
  if (typeof xml !== 'string') return invalidOption(check, 'XML text', typeof xml)
  const { root } = parseXml(xml, metadataLimits)
  if (!fits(root)) invalidOption(check, 'another element', root.name)
  // Its own prefixes may be in scope where it comes to stand: `canonicalText` sees to that.
  return written(readFragment(root, fragmentBudget()), { prefixes: [], inclusive: [] })
}

/** An Extensions element that holds fragments. */
export function extensionsElement(extensions: readonly string[] = []): XmlOutput | undefined {
  if (extensions.length === 0) return undefined
  return el(
    'md:Extensions',
    {},
    extensions.map(xml => fragment(xml, 'extensions', isExtension)),
  )
}

/** Canonical text, and the prefixes that only values in it use: the PrefixList under which it is canonical. */
export interface CanonicalText {
  readonly text: string
  readonly prefixList: readonly string[]
}

/** The canonical text of an element tree with its fragments in place. */
export function canonicalText(element: XmlOutput): CanonicalText {
  const text = writeXml(element)
  if (!holdsWritten(element)) return { text, prefixList: [] }
  // Each piece is canonical XML, and together they are XML again only if this says so.
  const { root } = parseXml(text, metadataLimits)
  const prefixList = prefixesInValues(root)
  return { text: canonicalize(root, { prefixList }), prefixList }
}

function holdsWritten(element: XmlOutput): boolean {
  return (
    'text' in element ||
    element.children.some(child => typeof child !== 'string' && holdsWritten(child))
  )
}

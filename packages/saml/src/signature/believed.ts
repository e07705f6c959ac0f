import type { CanonicalForm } from '../xml/canonicalize.ts'
import type { XmlLimits } from '../xml/limits.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseCanonical } from '../xml/parse.ts'

// `&quot;` for a quote; the element's own prefix, and those of a PrefixList.
const longestEscape = 6
const maxInherited = 17

/**
 * The tree that a canonical text says (R9), which is the text parsed. Where that text stands in the
 * document letter for letter, but for the start tag of `element` and for `omit`, parsing it would
 * give once more what was parsed there: the same names in the same scope, the same values. Then
 * the element answers for itself, without what the canonical text leaves out. Its children are taken
 * from it and no longer know what surrounded it: a signature further down is to be verified before.
 */
export function treeOf(
  { text, isCopied, declared }: CanonicalForm,
  element: XmlElement,
  omit: XmlElement | undefined,
  limits: XmlLimits,
): XmlElement {
  if (!isCopied) return parseCanonical(text, grown(limits)).root
  const children =
    omit === undefined ? element.children : element.children.filter(child => child !== omit)
  // No way leads from what is signed to what is not: neither up, nor to a prefix without use.
  // And its own tags and text are no longer what stands in the source.
  const root = { ...element, namespaces: declared, children, parent: undefined, form: 0 }
  for (const child of children) if (child.kind === 'element') adopt(child, root)
  return root
}

/** Canonical form escapes texts, and declares on one element what it inherits and uses. */
function grown(limits: XmlLimits): XmlLimits {
  const { text, namespaces, attributes } = limits
  return {
    ...limits,
    text: text * longestEscape,
    namespaces: namespaces + attributes + maxInherited,
  }
}

function adopt(child: { parent: XmlElement | undefined }, parent: XmlElement): void {
  child.parent = parent
}

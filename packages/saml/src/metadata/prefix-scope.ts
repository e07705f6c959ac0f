import type { XmlElement } from '../xml/nodes.ts'

// Groups in groups can declare much, and many elements can ask: what one element declares is
// looked up at once, however much that is.
const declared = new WeakMap<XmlElement, ReadonlyMap<string, string>>()

/** The namespace that a prefix stands for at an element, or undefined. */
export function uriOf(element: XmlElement | undefined, prefix: string): string | undefined {
  for (let at = element; at !== undefined; at = at.parent) {
    if (at.namespaces.length === 0) continue
    let own = declared.get(at)
    if (own === undefined) {
      own = new Map(at.namespaces.map(each => [each.prefix, each.uri]))
      declared.set(at, own)
    }
    const uri = own.get(prefix)
    if (uri !== undefined) return uri
  }
  return undefined
}

const qualifiedName = /^[\t\n\r ]*([A-Za-z_][A-Za-z0-9_.-]*):[A-Za-z_][A-Za-z0-9_.-]*[\t\n\r ]*$/
const longestName = 512
/** As many as a verifier takes in a PrefixList. */
export const maxPrefixes = 16

/** The prefixes of values that look like qualified names, as far as these prefixes are declared. */
export function prefixesInValues(apex: XmlElement): readonly string[] {
  const used = new Set<string>()
  const declared = new Set<string>()
  const look = (value: string) => {
    const prefix = value.length > longestName ? undefined : qualifiedName.exec(value)?.[1]
    if (prefix !== undefined) used.add(prefix)
  }
  const open = [apex]
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    for (const { prefix } of element.namespaces) declared.add(prefix)
    for (const { value } of element.attributes) look(value)
    // As canonical form has it: CDATA is text, and comments part nothing.
    let text = ''
    for (const child of element.children) {
      if (child.kind === 'text' && text.length <= longestName) text += child.value
      if (child.kind !== 'element') continue
      look(text)
      text = ''
      open.push(child)
    }
    look(text)
  }
  return [...used]
    .filter(prefix => declared.has(prefix) || uriOf(apex.parent, prefix) !== undefined)
    .sort()
}

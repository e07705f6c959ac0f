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

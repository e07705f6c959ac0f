import { compareCodePoints } from './canonical-text.ts'
import type { XmlAttribute, XmlElement, XmlNamespace } from './nodes.ts'

/** The namespace declarations that a canonical text has in scope where its writer stands. */
export interface RenderedScope {
  /** Prefixes rendered whether they are used or not; undefined for all of them. */
  readonly inclusive: ReadonlySet<string> | undefined
  readonly rendered: Map<string, string>
  /** What was rendered before, to take it back. */
  readonly replaced: [prefix: string, uri: string | undefined][]
}

const none: readonly never[] = Object.freeze([])

/** The declarations that this element needs and the output does not have in scope yet, in order. */
export function declarations(
  scope: RenderedScope,
  element: XmlElement,
  isApex: boolean,
): readonly XmlNamespace[] {
  const { rendered, inclusive } = scope
  const { prefix, namespace, attributes } = element
  // Most elements need nothing: theirs is in scope.
  const isCommon = inclusive?.size === 0 && rendered.get(prefix) === namespace
  if (isCommon && !attributes.some(each => each.prefix !== '')) return none
  const fresh: XmlNamespace[] = []
  need(scope, fresh, prefix, namespace)
  for (const attribute of attributes) {
    if (attribute.prefix !== '') need(scope, fresh, attribute.prefix, attribute.namespace)
  }
  // Once the apex has rendered what it inherits, only a declaration can change what is in scope:
  // `rendered` follows it, and no element below has to look at its ancestors.
  if (isApex) {
    for (const each of inclusive ?? prefixesInScope(element)) {
      const uri = inScope(element, each)
      if (uri !== undefined) need(scope, fresh, each, uri)
    }
  } else if (inclusive === undefined || inclusive.size > 0) {
    for (const each of element.namespaces) {
      if (inclusive?.has(each.prefix) !== false) need(scope, fresh, each.prefix, each.uri)
    }
  }
  return fresh.length < 2 ? fresh : fresh.sort((a, b) => compareCodePoints(a.prefix, b.prefix))
}

function need(scope: RenderedScope, fresh: XmlNamespace[], prefix: string, uri: string): void {
  const current = scope.rendered.get(prefix)
  if (current === uri || prefix === 'xml') return
  if (uri === '' && current === undefined) return
  scope.replaced.push([prefix, current])
  scope.rendered.set(prefix, uri)
  fresh.push({ prefix, uri })
}

/** Takes back what an element that ends has declared; `length` is that of the log when it began. */
export function takeBack(scope: RenderedScope, length: number): void {
  while (scope.replaced.length > length) {
    const [prefix, uri] = scope.replaced.pop() ?? ['', undefined]
    if (uri === undefined) scope.rendered.delete(prefix)
    else scope.rendered.set(prefix, uri)
  }
}

/** The attributes of a start tag in canonical order; inclusive form gives the apex those that it inherits. */
export function attributesOf(
  { inclusive }: RenderedScope,
  element: XmlElement,
  isApex: boolean,
): readonly XmlAttribute[] {
  return inOrder(isApex && inclusive === undefined ? withInherited(element) : element.attributes)
}

function prefixesInScope(element: XmlElement): ReadonlySet<string> {
  const prefixes = new Set<string>()
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    for (const { prefix } of at.namespaces) prefixes.add(prefix)
  }
  return prefixes
}

/** The attributes with those of `xml:` that stand further up, the nearest of each (xml-c14n 2.4). */
function withInherited(element: XmlElement): readonly XmlAttribute[] {
  const attributes = [...element.attributes]
  for (let at = element.parent; at !== undefined; at = at.parent) {
    for (const each of at.attributes) {
      if (each.prefix !== 'xml' || attributes.some(({ name }) => name === each.name)) continue
      attributes.push(each)
    }
  }
  return attributes.length === element.attributes.length ? element.attributes : attributes
}

function inScope(element: XmlElement, prefix: string): string | undefined {
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    const found = at.namespaces.find(each => each.prefix === prefix)
    if (found !== undefined) return found.uri
  }
  return prefix === '' ? '' : undefined
}

function inOrder(attributes: readonly XmlAttribute[]): readonly XmlAttribute[] {
  if (attributes.length < 2 || isOrdered(attributes)) return attributes
  return attributes.toSorted(compareAttributes)
}

function isOrdered(attributes: readonly XmlAttribute[]): boolean {
  let previous: XmlAttribute | undefined
  for (const attribute of attributes) {
    if (previous !== undefined && compareAttributes(previous, attribute) > 0) return false
    previous = attribute
  }
  return true
}

function compareAttributes(a: XmlAttribute, b: XmlAttribute): number {
  return compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.local, b.local)
}

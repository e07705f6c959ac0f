import { SamlError } from '../errors.ts'
import { compareCodePoints, escapeAttribute, escapeText } from './canonical-text.ts'
import { exceeded } from './limits.ts'
import type { XmlAttribute, XmlDocument, XmlElement, XmlNamespace, XmlNode } from './nodes.ts'

/** How to canonicalize. */
export interface CanonicalizeOptions {
  /** Keep comments; default false. */
  readonly withComments?: boolean
  /** InclusiveNamespaces PrefixList: prefixes treated as in inclusive C14N, `#default` for none. */
  readonly prefixList?: readonly string[]
  /** A descendant to leave out: the enveloped signature. */
  readonly omit?: XmlElement
  /** The longest result in characters; namespace declarations can multiply a document. */
  readonly maxLength?: number
}

interface Writer {
  readonly withComments: boolean
  readonly inclusive: ReadonlySet<string>
  readonly omit: XmlElement | undefined
  readonly maxLength: number
  /** The namespace declarations that the output has in scope, with a log to take them back. */
  readonly rendered: Map<string, string>
  readonly replaced: [prefix: string, uri: string | undefined][]
  text: string
}

const defaultMaxLength = 64 * 1024 * 1024

/**
 * Exclusive canonical form (xml-exc-c14n 1.0) of a document or of an element with all below it.
 * Throws `SamlError` `xml.limit` when the result would be longer than `maxLength`.
 */
export function canonicalize(
  node: XmlDocument | XmlElement,
  options: CanonicalizeOptions = {},
): string {
  const { prefixList = [], maxLength = defaultMaxLength } = options
  const writer: Writer = {
    withComments: options.withComments ?? false,
    inclusive: new Set(prefixList.map(prefix => (prefix === '#default' ? '' : prefix))),
    omit: options.omit,
    maxLength,
    rendered: new Map(),
    replaced: [],
    text: '',
  }
  if (node.kind === 'document') writeDocument(writer, node)
  else writeElement(writer, node)
  if (writer.text === '') {
    throw new SamlError('signature.digest', { check: 'canonical form', received: 'no text' })
  }
  return writer.text
}

function writeDocument(writer: Writer, { children, root }: XmlDocument): void {
  let isBefore = true
  for (const child of children) {
    if (child === root) {
      writeElement(writer, root)
      isBefore = false
      continue
    }
    const length = writer.text.length
    const separator = isBefore ? '' : '\n'
    writer.text += separator
    writeLeaf(writer, child)
    if (writer.text.length === length + separator.length) writer.text = writer.text.slice(0, length)
    else if (isBefore) writer.text += '\n'
  }
}

/** Writes an element without recursion: `path` holds the open elements and how far each is. */
function writeElement(writer: Writer, root: XmlElement): void {
  const path = [openElement(writer, root, true)]
  for (let open = path.at(-1); open !== undefined; open = path.at(-1)) {
    const child = open.element.children[open.next]
    open.next += 1
    if (child === undefined) {
      writer.text += `</${open.element.name}>`
      if (writer.text.length > writer.maxLength) exceeded('canonical form', writer.maxLength)
      takeBack(writer, open.declared)
      path.pop()
    } else if (child.kind === 'element') {
      if (child !== writer.omit) path.push(openElement(writer, child, false))
    } else {
      writeLeaf(writer, child)
    }
  }
}

function writeLeaf(writer: Writer, node: XmlNode): void {
  if (node.kind === 'text') {
    writer.text += escapeText(node.value)
  } else if (node.kind === 'comment') {
    if (writer.withComments) writer.text += `<!--${node.value}-->`
  } else if (node.kind === 'instruction') {
    writer.text += `<?${node.target}${node.value === '' ? '' : ` ${node.value}`}?>`
  }
}

function openElement(writer: Writer, element: XmlElement, isApex: boolean) {
  const declared = writer.replaced.length
  let text = `<${element.name}`
  for (const { prefix, uri } of declarations(writer, element, isApex)) {
    text += prefix === '' ? ` xmlns="${uri}"` : ` xmlns:${prefix}="${uri}"`
  }
  for (const { name, value } of inOrder(element.attributes)) {
    text += ` ${name}="${escapeAttribute(value)}"`
  }
  writer.text += `${text}>`
  return { element, next: 0, declared }
}

/** The declarations that this element needs and the output does not have in scope yet, in order. */
function declarations(
  writer: Writer,
  element: XmlElement,
  isApex: boolean,
): readonly XmlNamespace[] {
  const fresh: XmlNamespace[] = []
  need(writer, fresh, element.prefix, element.namespace)
  for (const { prefix, namespace } of element.attributes) {
    if (prefix !== '') need(writer, fresh, prefix, namespace)
  }
  // Once the apex has rendered what it inherits, only a declaration can change what is in scope:
  // `rendered` follows it, and no element below has to look at its ancestors.
  if (isApex) {
    for (const prefix of writer.inclusive) {
      const uri = inScope(element, prefix)
      if (uri !== undefined) need(writer, fresh, prefix, uri)
    }
  } else if (writer.inclusive.size > 0) {
    for (const { prefix, uri } of element.namespaces) {
      if (writer.inclusive.has(prefix)) need(writer, fresh, prefix, uri)
    }
  }
  return fresh.length < 2 ? fresh : fresh.sort((a, b) => compareCodePoints(a.prefix, b.prefix))
}

function need(writer: Writer, fresh: XmlNamespace[], prefix: string, uri: string): void {
  const current = writer.rendered.get(prefix)
  if (current === uri || prefix === 'xml') return
  if (uri === '' && current === undefined) return
  writer.replaced.push([prefix, current])
  writer.rendered.set(prefix, uri)
  fresh.push({ prefix, uri })
}

function takeBack(writer: Writer, length: number): void {
  while (writer.replaced.length > length) {
    const [prefix, uri] = writer.replaced.pop() ?? ['', undefined]
    if (uri === undefined) writer.rendered.delete(prefix)
    else writer.rendered.set(prefix, uri)
  }
}

function inScope(element: XmlElement, prefix: string): string | undefined {
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    const found = at.namespaces.find(each => each.prefix === prefix)
    if (found !== undefined) return found.uri
  }
  return prefix === '' ? '' : undefined
}

function inOrder(attributes: readonly XmlAttribute[]): readonly XmlAttribute[] {
  return isOrdered(attributes) ? attributes : attributes.toSorted(compareAttributes)
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

import { SamlError } from '../errors.ts'
import { compareCodePoints, escapeAttribute, escapeText } from './canonical-text.ts'
import { exceeded } from './limits.ts'
import {
  spelled,
  type XmlAttribute,
  type XmlDocument,
  type XmlElement,
  type XmlNamespace,
  type XmlNode,
} from './nodes.ts'

/** How to canonicalize. */
export interface CanonicalizeOptions {
  /** Keep comments; default false. */
  readonly withComments?: boolean
  /** InclusiveNamespaces PrefixList: prefixes treated as in inclusive C14N, `#default` for none. */
  readonly prefixList?: readonly string[]
  /**
   * Inclusive form (xml-c14n 1.0) instead: all namespaces in scope, and the `xml:` attributes that
   * the element inherits. For XML that is not SAML: no signature here is verified by it.
   */
  readonly inclusive?: boolean
  /** A descendant to leave out: the enveloped signature. */
  readonly omit?: XmlElement
  /** The longest result in characters; namespace declarations can multiply a document. */
  readonly maxLength?: number
}

interface Writer {
  readonly source: string
  readonly withComments: boolean
  /** Prefixes rendered whether they are used or not; undefined for all of them. */
  readonly inclusive: ReadonlySet<string> | undefined
  readonly omit: XmlElement | undefined
  readonly maxLength: number
  /** The namespace declarations that the output has in scope, with a log to take them back. */
  readonly rendered: Map<string, string>
  readonly replaced: [prefix: string, uri: string | undefined][]
  text: string
  /** Where in the source a run begins that is canonical as it stands, still to be copied; or -1. */
  run: number
  /** Whether all that was written below the apex was copied from the source. */
  isCopied: boolean
  /** What the start tag of the apex declares. */
  declared: readonly XmlNamespace[]
}

/** A canonical form, and how it came about. */
export interface CanonicalForm {
  readonly text: string
  /** Whether all but the start tag of the element stands in the document letter for letter. */
  readonly isCopied: boolean
  /** The declarations in that start tag: what the element inherits and uses, and nothing else. */
  readonly declared: readonly XmlNamespace[]
}

/** An element whose end is still to be written. */
interface Open {
  readonly element: XmlElement
  /** Whether its own text may be copied with what stands around it. */
  readonly isPlain: boolean
  next: number
  readonly declared: number
}

const defaultMaxLength = 64 * 1024 * 1024
const none: readonly never[] = Object.freeze([])

/**
 * Exclusive canonical form (xml-exc-c14n 1.0) of a document or of an element with all below it, or
 * the inclusive one.
 * What is spelled in canonical form already is copied from the source in one piece.
 * Throws `SamlError` `xml.limit` when the result would be longer than `maxLength`.
 */
export function canonicalize(
  node: XmlDocument | XmlElement,
  options: CanonicalizeOptions = {},
): string {
  return canonicalForm(node, options).text
}

/** `canonicalize`, with what the caller can save by knowing how the text was made. */
export function canonicalForm(
  node: XmlDocument | XmlElement,
  options: CanonicalizeOptions = {},
): CanonicalForm {
  const { prefixList = none, maxLength = defaultMaxLength } = options
  const writer: Writer = {
    source: node.kind === 'document' ? node.text : node.source,
    withComments: options.withComments ?? false,
    inclusive:
      options.inclusive === true
        ? undefined
        : new Set(prefixList.map(prefix => (prefix === '#default' ? '' : prefix))),
    omit: options.omit,
    maxLength,
    rendered: new Map(),
    replaced: [],
    text: '',
    run: -1,
    isCopied: true,
    declared: none,
  }
  if (node.kind === 'document') writeDocument(writer, node)
  else writeElement(writer, node)
  // R9: what failed to be written must not be digested as an empty text.
  if (writer.text === '') {
    throw new SamlError('signature.digest', { check: 'canonical form', received: 'no text' })
  }
  const { text, isCopied, declared } = writer
  return { text, isCopied, declared }
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
      closeElement(writer, open)
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) resume(writer, open.element, parent)
    } else if (child.kind === 'element') {
      if (child === writer.omit) {
        copyRun(writer, child.start)
        resume(writer, child, open)
      } else if (isCopiedWhole(writer, child)) {
        if (writer.run === -1) writer.run = child.start
        resume(writer, child, open)
      } else {
        path.push(openElement(writer, child, false))
      }
    } else if (!open.isPlain) {
      writeLeaf(writer, child)
    }
  }
  copyRun(writer, root.end)
}

/** Whether an element is a leaf in canonical form: a shortcut for the values of long lists. */
function isCopiedWhole(writer: Writer, element: XmlElement): boolean {
  const { children, form, attributes, namespaces } = element
  return (
    form === spelled.tag + spelled.content + spelled.endTag &&
    attributes.length === 0 &&
    namespaces.length === 0 &&
    children.length === 1 &&
    children[0]?.kind === 'text' &&
    writer.rendered.get(element.prefix) === element.namespace
  )
}

function openElement(writer: Writer, element: XmlElement, isApex: boolean): Open {
  const declared = writer.replaced.length
  const fresh = declarations(writer, element, isApex)
  if (isApex) writer.declared = fresh
  const attributes = inOrder(
    isApex && writer.inclusive === undefined ? withInherited(element) : element.attributes,
  )
  const isVerbatim =
    (element.form & spelled.tag) !== 0 &&
    attributes === element.attributes &&
    isSame(fresh, element.namespaces)
  if (isVerbatim) {
    if (writer.run === -1) writer.run = element.start
  } else {
    copyRun(writer, element.start)
    writeTag(writer, element, fresh, attributes)
    if (!isApex) writer.isCopied = false
  }
  const isPlain = (element.form & spelled.content) !== 0
  if (!isPlain) copyRun(writer, element.contentStart)
  else if (writer.run === -1) writer.run = element.contentStart
  return { element, isPlain, next: 0, declared }
}

function writeTag(
  writer: Writer,
  element: XmlElement,
  declared: readonly XmlNamespace[],
  attributes: readonly XmlAttribute[],
): void {
  let text = `<${element.name}`
  for (const { prefix, uri } of declared) {
    text += prefix === '' ? ` xmlns="${uri}"` : ` xmlns:${prefix}="${uri}"`
  }
  for (const { name, value } of attributes) text += ` ${name}="${escapeAttribute(value)}"`
  write(writer, `${text}>`)
}

function closeElement(writer: Writer, { element, declared }: Open): void {
  const { name, end, form, source } = element
  if ((form & spelled.endTag) !== 0) {
    if (writer.run === -1) writer.run = end - name.length - 3
  } else {
    // `<empty/>` has no end tag, and one with spaces in it begins at the last `<`.
    const isEmpty = element.contentStart === end
    copyRun(writer, isEmpty ? end : source.lastIndexOf('<', end - 1))
    write(writer, `</${name}>`)
    writer.isCopied = false
  }
  takeBack(writer, declared)
}

/** Goes on after a child: with a run where the text of the parent may be copied. */
function resume(writer: Writer, child: XmlElement, parent: Open): void {
  if (!parent.isPlain) copyRun(writer, child.end)
  else if (writer.run === -1) writer.run = child.end
}

function copyRun(writer: Writer, end: number): void {
  if (writer.run === -1) return
  const from = writer.run
  writer.run = -1
  if (from < end) write(writer, writer.source.slice(from, end))
}

function write(writer: Writer, text: string): void {
  writer.text += text
  if (writer.text.length > writer.maxLength) exceeded('canonical form', writer.maxLength)
}

function writeLeaf(writer: Writer, node: XmlNode): void {
  writer.isCopied = false
  if (node.kind === 'text') {
    write(writer, escapeText(node.value))
  } else if (node.kind === 'comment') {
    if (writer.withComments) write(writer, `<!--${node.value}-->`)
  } else if (node.kind === 'instruction') {
    write(writer, `<?${node.target}${node.value === '' ? '' : ` ${node.value}`}?>`)
  }
}

/** The declarations that this element needs and the output does not have in scope yet, in order. */
function declarations(
  writer: Writer,
  element: XmlElement,
  isApex: boolean,
): readonly XmlNamespace[] {
  const { rendered, inclusive } = writer
  const { prefix, namespace, attributes } = element
  // Most elements need nothing: theirs is in scope.
  const isPlain = attributes.length === 0 && inclusive?.size === 0
  if (isPlain && rendered.get(prefix) === namespace) return none
  const fresh: XmlNamespace[] = []
  need(writer, fresh, prefix, namespace)
  for (const attribute of attributes) {
    if (attribute.prefix !== '') need(writer, fresh, attribute.prefix, attribute.namespace)
  }
  // Once the apex has rendered what it inherits, only a declaration can change what is in scope:
  // `rendered` follows it, and no element below has to look at its ancestors.
  if (isApex) {
    for (const each of inclusive ?? prefixesInScope(element)) {
      const uri = inScope(element, each)
      if (uri !== undefined) need(writer, fresh, each, uri)
    }
  } else if (inclusive === undefined || inclusive.size > 0) {
    for (const each of element.namespaces) {
      if (inclusive?.has(each.prefix) !== false) need(writer, fresh, each.prefix, each.uri)
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

function isSame(a: readonly XmlNamespace[], b: readonly XmlNamespace[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ prefix, uri }, index) => prefix === b[index]?.prefix && uri === b[index]?.uri)
  )
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

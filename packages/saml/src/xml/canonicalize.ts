import { SamlError } from '../errors.ts'
import { escapeAttribute, escapeText } from './canonical-text.ts'
import { exceeded } from './limits.ts'
import {
  spelled,
  type XmlAttribute,
  type XmlDocument,
  type XmlElement,
  type XmlNamespace,
  type XmlNode,
} from './nodes.ts'
import { attributesOf, declarations, type RenderedScope, takeBack } from './rendered.ts'

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
  readonly omit: XmlElement | undefined
  readonly maxLength: number
  readonly scope: RenderedScope
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
    omit: options.omit,
    maxLength,
    scope: {
      inclusive:
        options.inclusive === true
          ? undefined
          : new Set(prefixList.map(prefix => (prefix === '#default' ? '' : prefix))),
      rendered: new Map(),
      replaced: [],
    },
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
    writer.scope.rendered.get(element.prefix) === element.namespace
  )
}

function openElement(writer: Writer, element: XmlElement, isApex: boolean): Open {
  const declared = writer.scope.replaced.length
  const fresh = declarations(writer.scope, element, isApex)
  if (isApex) writer.declared = fresh
  const attributes = attributesOf(writer.scope, element, isApex)
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
  takeBack(writer.scope, declared)
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

function isSame(a: readonly XmlNamespace[], b: readonly XmlNamespace[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ prefix, uri }, index) => prefix === b[index]?.prefix && uri === b[index]?.uri)
  )
}

import { type Decoded, decodeText, endOfDeclaration, unitsOf } from './decode.ts'
import { malformed } from './fail.ts'
import { exceeded, messageLimits, resolveLimits, type XmlLimits } from './limits.ts'
import { documentScope, undeclare } from './namespaces.ts'
import { spelled, type XmlDocument, type XmlElement, type XmlNode } from './nodes.ts'
import { countNode, expect, type Reader, readName, skipSpace } from './reader.ts'
import { resolveReferences } from './references.ts'
import { type OpenElement, readStartTag, repeated } from './start-tag.ts'

/** Limits, and what is done with processing instructions inside the root. */
export interface XmlOptions extends Partial<XmlLimits> {
  /** `refuse`, the default (R1), or `keep`: for canonicalizing XML that is not SAML. */
  readonly instructions?: 'refuse' | 'keep'
}

/** The state of one parse: the open element, and what stands outside the root. */
interface Builder {
  readonly reader: Reader
  readonly keepInstructions: boolean
  readonly outside: XmlNode[]
  current: OpenElement | undefined
  root: XmlElement | undefined
  depth: number
  /** The last start tag that declares no namespace: it may come again for a sibling. */
  tag: OpenElement | undefined
  /** The first `&` and the first `]]>` at or after the reader; the end of the text if none. */
  ampersand: number
  sectionEnd: number
}

/**
 * Reads an XML 1.0 document with namespaces into a tree, in one pass (R1, R2, R3).
 * UTF-8 only; a document type declaration, an entity other than the predefined five, an instruction
 * inside the root, a relative or non-ASCII namespace URI refuse, as does anything beyond the limits.
 * Throws `SamlError` with an `xml.*` code and nothing else.
 */
export function parseXml(
  input: string | Uint8Array,
  options: XmlOptions = messageLimits,
): XmlDocument {
  const limits = resolveLimits(options)
  return parse(decodeText(input, limits.bytes), limits, options.instructions)
}

/** Reads a canonical text, which is made of what was read here before: each character was looked at. */
export function parseCanonical(text: string, limits: XmlLimits): XmlDocument {
  return parse(unitsOf(text), limits)
}

function parse(
  decoded: Decoded,
  limits: XmlLimits,
  instructions: 'refuse' | 'keep' = 'refuse',
): XmlDocument {
  const { text, units, octets } = decoded
  const at = endOfDeclaration(text)
  const elements: XmlElement[] = []
  const reader: Reader = {
    text,
    units,
    octets,
    limits,
    scope: documentScope(),
    at,
    nodes: 0,
    isPlain: true,
    elements,
  }
  const builder: Builder = {
    reader,
    keepInstructions: instructions === 'keep',
    outside: [],
    current: undefined,
    root: undefined,
    depth: 0,
    tag: undefined,
    ampersand: -1,
    sectionEnd: -1,
  }
  while (reader.at < text.length) readNext(builder)
  const { root, current, outside } = builder
  if (current !== undefined || root === undefined) malformed('end of the root element', text.length)
  return { kind: 'document', root, children: outside, elements, text }
}

function readNext(builder: Builder): void {
  const { reader } = builder
  const { text, units, at } = reader
  if (units[at] !== 0x3c) {
    const end = text.indexOf('<', at)
    readText(builder, end === -1 ? text.length : end)
    return
  }
  countNode(reader)
  const unit = units[at + 1]
  if (unit === 0x2f) readEndTag(builder)
  else if (unit === 0x21) readDeclaration(builder)
  else if (unit === 0x3f) readInstruction(builder)
  else readElement(builder)
}

function readElement(builder: Builder): void {
  const { reader, current } = builder
  if (current === undefined && builder.root !== undefined) malformed('one root', reader.at)
  if (builder.depth === reader.limits.depth) exceeded('depth of a document', reader.limits.depth)
  const element = startTag(builder)
  reader.elements.push(element)
  if (current === undefined) {
    builder.outside.push(element)
    builder.root = element
  } else {
    addChild(current, element)
  }
  if (element.end === -1) {
    builder.current = element
    builder.depth += 1
  } else {
    undeclare(reader.scope, element.namespaces)
  }
}

/** The start tag at the reader. Lists repeat one, letter for letter: it is read once. */
function startTag(builder: Builder): OpenElement {
  const { reader, current, tag } = builder
  const start = reader.at
  if (tag !== undefined && tag.parent === current) {
    const length = tag.contentStart - tag.start
    if (isRepeated(reader, tag.start, start, length)) {
      reader.at = start + length
      return repeated(tag, start)
    }
  }
  const element = readStartTag(reader, current)
  if (element.end === -1 && element.namespaces.length === 0) builder.tag = element
  return element
}

function readEndTag(builder: Builder): void {
  const { reader, current } = builder
  const { length } = current?.name ?? ''
  if (current === undefined || !isRepeated(reader, current.start + 1, reader.at + 2, length)) {
    malformed('end tag of the open element', reader.at)
  }
  reader.at += 2 + length
  if (reader.units[reader.at] === 0x3e) {
    reader.at += 1
    current.form += spelled.endTag
  } else {
    skipSpace(reader)
    expect(reader, 0x3e, 'end tag of the open element')
  }
  current.end = reader.at
  undeclare(reader.scope, current.namespaces)
  builder.current = current.parent
  builder.depth -= 1
}

function readText(builder: Builder, end: number): void {
  const { reader, current } = builder
  const { text, limits } = reader
  const start = reader.at
  reader.at = end
  if (current === undefined) {
    if (/[^\t\n ]/.test(text.slice(start, end))) malformed('white space outside the root', start)
    return
  }
  if (end - start > limits.text) exceeded('length of a text', limits.text)
  countNode(reader)
  // Each search goes on where the one before ended: linear over the whole document.
  if (builder.sectionEnd < start) builder.sectionEnd = indexFrom(text, ']]>', start)
  if (builder.sectionEnd < end) malformed('text without ]]>', builder.sectionEnd)
  if (builder.ampersand < start) builder.ampersand = indexFrom(text, '&', start)
  const raw = text.slice(start, end)
  const isPlain = builder.ampersand >= end
  // The next `>` is mostly that of the tag that follows.
  if (!isPlain || indexFrom(text, '>', start) < end) current.form &= ~spelled.content
  addChild(current, { kind: 'text', value: isPlain ? raw : resolveReferences(raw, start) })
}

/** Reads what begins with `<!`: a comment or a CDATA section; a DOCTYPE refuses. */
function readDeclaration(builder: Builder): void {
  const { reader, current } = builder
  const { text, at } = reader
  if (text.startsWith('<!--', at)) {
    const end = text.indexOf('--', at + 4)
    if (end === -1 || text.charCodeAt(end + 2) !== 0x3e) malformed('comment', at)
    append(builder, { kind: 'comment', value: cut(reader, at + 4, end, 3) })
  } else if (text.startsWith('<![CDATA[', at) && current !== undefined) {
    const end = text.indexOf(']]>', at + 9)
    if (end === -1) malformed('CDATA section', at)
    append(builder, { kind: 'text', value: cut(reader, at + 9, end, 3) })
  } else if (text.startsWith('<!DOCTYPE', at)) {
    malformed('no document type declaration', at, 'xml.doctype')
  } else {
    malformed('markup', at)
  }
}

function readInstruction(builder: Builder): void {
  const { reader, current } = builder
  const { text, at } = reader
  if (current !== undefined && !builder.keepInstructions) {
    malformed('no processing instruction', at, 'xml.instruction')
  }
  reader.at = at + 2
  const { name: target, prefix } = readName(reader)
  if (prefix !== '' || /^xml$/i.test(target)) malformed('instruction target', at)
  const valueAt = reader.at
  skipSpace(reader)
  const start = reader.at
  const end = text.indexOf('?>', valueAt)
  if (end === -1 || (start === valueAt && end !== start)) malformed('processing instruction', at)
  append(builder, { kind: 'instruction', target, value: cut(reader, start, end, 2) })
}

/** The text from `start` to `end`, with the reader put after the delimiter that follows. */
function cut(reader: Reader, start: number, end: number, delimiter: number): string {
  if (end - start > reader.limits.text) exceeded('length of a text', reader.limits.text)
  reader.at = end + delimiter
  return reader.text.slice(start, end)
}

/** Adds what canonical form may leave out or write in another way. */
function append(builder: Builder, node: XmlNode): void {
  const { current } = builder
  if (current === undefined) {
    builder.outside.push(node)
  } else {
    current.form &= ~spelled.content
    addChild(current, node)
  }
}

/** Most elements have one child: a list that grows would reserve room for many. */
function addChild(parent: OpenElement, node: XmlNode): void {
  if (parent.children.length === 0) parent.children = [node]
  else parent.children.push(node)
}

/**
 * Whether what stands at one offset of the text stands at another. `startsWith` says the same, but
 * takes several times as long for names of a few letters, of which a document has many.
 */
function isRepeated(reader: Reader, at: number, again: number, length: number): boolean {
  const { units, octets } = reader
  if (again + length > units.length) return false
  let left = at * units.BYTES_PER_ELEMENT
  let right = again * units.BYTES_PER_ELEMENT
  const end = left + length * units.BYTES_PER_ELEMENT
  for (; left + 4 <= end; left += 4) {
    if (octets.getInt32(left) !== octets.getInt32(right)) return false
    right += 4
  }
  for (; left < end; left += 1) {
    if (octets.getInt8(left) !== octets.getInt8(right)) return false
    right += 1
  }
  return true
}

function indexFrom(text: string, search: string, from: number): number {
  const index = text.indexOf(search, from)
  return index === -1 ? text.length : index
}

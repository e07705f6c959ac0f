import { decodeText, endOfDeclaration } from './decode.ts'
import { malformed } from './fail.ts'
import { exceeded, resolveLimits, type XmlLimits } from './limits.ts'
import { documentScope, undeclare } from './namespaces.ts'
import type { XmlDocument, XmlElement, XmlNode } from './nodes.ts'
import { countNode, expect, type Reader, readName, skipSpace } from './reader.ts'
import { resolveReferences } from './references.ts'
import { type OpenElement, readStartTag } from './start-tag.ts'

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
export function parseXml(input: string | Uint8Array, options: XmlOptions = {}): XmlDocument {
  const { instructions = 'refuse', ...given } = options
  const limits = resolveLimits(given)
  const text = decodeText(input, limits.bytes)
  const at = endOfDeclaration(text)
  const reader = { text, limits, scope: documentScope(), at, nodes: 0 }
  const builder: Builder = {
    reader,
    keepInstructions: instructions === 'keep',
    outside: [],
    current: undefined,
    root: undefined,
    depth: 0,
    ampersand: -1,
    sectionEnd: -1,
  }
  while (reader.at < text.length) readNext(builder)
  const { root, current, outside } = builder
  if (current !== undefined || root === undefined) malformed('end of the root element', text.length)
  return { kind: 'document', root, children: outside, text }
}

function readNext(builder: Builder): void {
  const { reader } = builder
  const { text } = reader
  const open = text.indexOf('<', reader.at)
  if (open !== reader.at) {
    readText(builder, open === -1 ? text.length : open)
    return
  }
  countNode(reader)
  const unit = text.charCodeAt(open + 1)
  if (unit === 0x2f) readEndTag(builder)
  else if (unit === 0x21) readDeclaration(builder)
  else if (unit === 0x3f) readInstruction(builder)
  else readElement(builder)
}

function readElement(builder: Builder): void {
  const { reader, current } = builder
  if (current === undefined && builder.root !== undefined) malformed('one root', reader.at)
  if (builder.depth === reader.limits.depth) exceeded('depth of a document', reader.limits.depth)
  const element = readStartTag(reader, current)
  append(builder, element)
  if (current === undefined) builder.root = element
  if (element.end === -1) {
    builder.current = element
    builder.depth += 1
  } else {
    undeclare(reader.scope, element.namespaces)
  }
}

function readEndTag(builder: Builder): void {
  const { reader, current } = builder
  if (current === undefined || !reader.text.startsWith(current.name, reader.at + 2)) {
    malformed('end tag of the open element', reader.at)
  }
  reader.at += 2 + current.name.length
  skipSpace(reader)
  expect(reader, 0x3e, 'end tag of the open element')
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
  const value = builder.ampersand < end ? resolveReferences(raw, start) : raw
  current.children.push({ kind: 'text', value })
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

function append(builder: Builder, node: XmlNode): void {
  const { current } = builder
  if (current === undefined) builder.outside.push(node)
  else current.children.push(node)
}

function indexFrom(text: string, search: string, from: number): number {
  const index = text.indexOf(search, from)
  return index === -1 ? text.length : index
}

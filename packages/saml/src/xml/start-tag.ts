import { malformed } from './fail.ts'
import { exceeded } from './limits.ts'
import { declare, resolvePrefix } from './namespaces.ts'
import {
  spelled,
  type XmlAttribute,
  type XmlElement,
  type XmlNamespace,
  type XmlNode,
  xmlNamespace,
} from './nodes.ts'
import { expect, type QualifiedName, type Reader, readName, skipSpace } from './reader.ts'
import { resolveReferences } from './references.ts'

/** An element while it is read. */
export type OpenElement = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & {
  children: XmlNode[]
  parent: OpenElement | undefined
}

const childless = Object.freeze<XmlNode[]>([]) as XmlNode[]

type OpenAttribute = { -readonly [Key in keyof XmlAttribute]: XmlAttribute[Key] }

/** What stands between the name and the end of a start tag. */
interface TagContent {
  readonly attributes: readonly OpenAttribute[]
  readonly namespaces: readonly XmlNamespace[]
  /** Whether it is spelled as canonical XML spells it. */
  readonly isCanonical: boolean
}

const none: readonly never[] = Object.freeze([])
const nothing: TagContent = { attributes: none, namespaces: none, isCanonical: true }

/**
 * Reads the start tag whose `<` stands at the reader, declares its namespaces and resolves its
 * names. The element's `end` is the end of the tag when it is `<empty/>`, else -1.
 */
export function readStartTag(reader: Reader, parent: OpenElement | undefined): OpenElement {
  const { scope, text, units } = reader
  const start = reader.at
  reader.at += 1
  const { name, prefix, local } = readName(reader)
  let content = nothing
  let unit = units[reader.at]
  if (unit !== 0x3e && unit !== 0x2f) {
    content = readContent(reader)
    unit = units[reader.at]
  }
  reader.at += 1
  const isEmpty = unit === 0x2f
  if (isEmpty) expect(reader, 0x3e, 'end of a tag')
  if (prefix === 'xmlns') malformed('element name', start, 'xml.namespace')
  const { attributes, namespaces, isCanonical } = content
  return {
    kind: 'element',
    name,
    prefix,
    local,
    namespace: resolvePrefix(scope, prefix, start),
    attributes,
    namespaces,
    children: childless,
    parent,
    start,
    contentStart: reader.at,
    end: isEmpty ? reader.at : -1,
    source: text,
    form: isCanonical && !isEmpty ? spelled.tag + spelled.content : spelled.content,
  }
}

/** The same start tag once more, at `start` under the same parent: it cannot mean anything else. */
export function repeated(tag: OpenElement, start: number): OpenElement {
  return {
    kind: 'element',
    name: tag.name,
    prefix: tag.prefix,
    local: tag.local,
    namespace: tag.namespace,
    attributes: tag.attributes,
    namespaces: none,
    children: childless,
    parent: tag.parent,
    start,
    contentStart: start + (tag.contentStart - tag.start),
    end: -1,
    source: tag.source,
    form: (tag.form & spelled.tag) | spelled.content,
  }
}

/** Reads up to the `>` or `/` that ends the tag. */
function readContent(reader: Reader): TagContent {
  const { text, units, limits, scope } = reader
  const start = reader.at
  const attributes: OpenAttribute[] = []
  const namespaces: XmlNamespace[] = []
  let isXmlDeclared = false
  let isCanonical = true
  for (;;) {
    const before = reader.at
    skipSpace(reader)
    const unit = units[reader.at]
    const at = reader.at
    if (unit === 0x3e || unit === 0x2f) {
      if (at !== before) isCanonical = false
      break
    }
    if (at === before) malformed('space before an attribute', at)
    const name = readName(reader)
    const equals = reader.at
    skipSpace(reader)
    expect(reader, 0x3d, '= after an attribute name')
    skipSpace(reader)
    if (at !== before + 1 || reader.at !== equals + 1) isCanonical = false
    if (units[before] !== 0x20) isCanonical = false
    const valueAt = reader.at
    const end = endOfValue(reader)
    const isPlain = reader.isPlain
    const raw = text.slice(valueAt + 1, end)
    const value = isPlain ? raw : normalized(raw, valueAt + 1)
    if (!isPlain || units[valueAt] !== 0x22) isCanonical = false
    if (name.name === 'xmlns:xml' && value === xmlNamespace) {
      // xml-names 3 allows it and it changes nothing; canonical form leaves it out (xml-c14n 2.4).
      if (isXmlDeclared) malformed('one declaration of a prefix', at)
      isXmlDeclared = true
      isCanonical = false
    } else if (name.prefix === 'xmlns' || name.name === 'xmlns') {
      if (namespaces.length === limits.namespaces) {
        exceeded('namespace declarations of an element', limits.namespaces)
      }
      const namespace = { prefix: name.prefix === '' ? '' : name.local, uri: value }
      if (namespaces.some(each => each.prefix === namespace.prefix)) {
        malformed('one declaration of a prefix', at)
      }
      declare(scope, namespace, at)
      namespaces.push(namespace)
      if (attributes.length > 0) isCanonical = false
    } else {
      if (attributes.length === limits.attributes) {
        exceeded('attributes of an element', limits.attributes)
      }
      attributes.push(attributeOf(name, value))
    }
  }
  for (const attribute of attributes) {
    if (attribute.prefix !== '') {
      attribute.namespace = resolvePrefix(scope, attribute.prefix, start)
    }
  }
  refuseDuplicates(attributes, start)
  return { attributes, namespaces: namespaces.length === 0 ? none : namespaces, isCanonical }
}

function attributeOf({ name, prefix, local }: QualifiedName, value: string): OpenAttribute {
  return { name, prefix, local, namespace: '', value }
}

// R2: names are compared after the prefixes were resolved.
function refuseDuplicates(attributes: readonly OpenAttribute[], at: number): void {
  for (let index = 1; index < attributes.length; index += 1) {
    const attribute = attributes[index]
    for (let other = 0; other < index; other += 1) {
      const earlier = attributes[other]
      if (earlier?.local === attribute?.local && earlier?.namespace === attribute?.namespace) {
        malformed('one attribute of a name', at)
      }
    }
  }
}

/** Reads over a quoted value and tells where its closing quote stands, and whether it is plain. */
function endOfValue(reader: Reader): number {
  const { units, limits } = reader
  const quote = units[reader.at]
  if (quote !== 0x22 && quote !== 0x27) malformed('quoted attribute value', reader.at)
  const start = reader.at + 1
  let end = start
  let isPlain = true
  for (; ; end += 1) {
    const unit = units[end]
    if (unit === quote) break
    // Nearly every character is none of these; past the end of the text there is none.
    if (unit === undefined || unit === 0x3c) malformed('attribute value', end)
    if (unit === 0x26 || unit === 0x0a || unit === 0x09) isPlain = false
  }
  if (end - start > limits.text) exceeded('length of an attribute value', limits.text)
  reader.at = end + 1
  reader.isPlain = isPlain
  return end
}

/** XML 1.0, 3.3.3: white space becomes spaces, then references are resolved. */
function normalized(raw: string, at: number): string {
  return resolveReferences(raw.replace(/[\t\n]/g, ' '), at)
}

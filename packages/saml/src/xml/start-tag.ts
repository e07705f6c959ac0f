import { malformed } from './fail.ts'
import { exceeded } from './limits.ts'
import { declare, resolvePrefix } from './namespaces.ts'
import {
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

type OpenAttribute = { -readonly [Key in keyof XmlAttribute]: XmlAttribute[Key] }

const none: readonly never[] = Object.freeze([])

/**
 * Reads the start tag whose `<` stands at the reader, declares its namespaces and resolves its
 * names. The element's `end` is the end of the tag when it is `<empty/>`, else -1.
 */
export function readStartTag(reader: Reader, parent: OpenElement | undefined): OpenElement {
  const { scope, text } = reader
  const start = reader.at
  reader.at += 1
  const { name, prefix, local } = readName(reader)
  let attributes: readonly OpenAttribute[] = none
  let namespaces: readonly XmlNamespace[] = none
  let unit = text.charCodeAt(reader.at)
  if (unit !== 0x3e && unit !== 0x2f) {
    const read = readAttributes(reader)
    attributes = read.attributes
    namespaces = read.namespaces
    unit = text.charCodeAt(reader.at)
  }
  reader.at += 1
  const isEmpty = unit === 0x2f
  if (isEmpty) expect(reader, 0x3e, 'end of a tag')
  if (prefix === 'xmlns') malformed('element name', start, 'xml.namespace')
  return {
    kind: 'element',
    name,
    prefix,
    local,
    namespace: resolvePrefix(scope, prefix, start),
    attributes,
    namespaces,
    children: [],
    parent,
    start,
    contentStart: reader.at,
    end: isEmpty ? reader.at : -1,
  }
}

/** Reads up to the `>` or `/` that ends the tag. */
function readAttributes(reader: Reader) {
  const { text, limits, scope } = reader
  const start = reader.at
  const attributes: OpenAttribute[] = []
  const namespaces: XmlNamespace[] = []
  let isXmlDeclared = false
  for (;;) {
    const before = reader.at
    skipSpace(reader)
    const unit = text.charCodeAt(reader.at)
    if (unit === 0x3e || unit === 0x2f) break
    const at = reader.at
    if (at === before) malformed('space before an attribute', at)
    const name = readName(reader)
    skipSpace(reader)
    expect(reader, 0x3d, '= after an attribute name')
    skipSpace(reader)
    const value = readValue(reader)
    if (name.name === 'xmlns:xml' && value === xmlNamespace) {
      // xml-names 3 allows it and it changes nothing; canonical form leaves it out (xml-c14n 2.4).
      if (isXmlDeclared) malformed('one declaration of a prefix', at)
      isXmlDeclared = true
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
  return { attributes, namespaces: namespaces.length === 0 ? none : namespaces }
}

function attributeOf({ name, prefix, local }: QualifiedName, value: string): OpenAttribute {
  return { name, prefix, local, namespace: '', value }
}

// R2: names are compared after the prefixes were resolved.
function refuseDuplicates(attributes: readonly OpenAttribute[], at: number): void {
  for (const [index, attribute] of attributes.entries()) {
    for (let other = 0; other < index; other += 1) {
      const { local, namespace } = attributes[other] ?? attribute
      if (local === attribute.local && namespace === attribute.namespace) {
        malformed('one attribute of a name', at)
      }
    }
  }
}

/** Reads a quoted value and normalizes it (XML 1.0, 3.3.3: white space becomes spaces). */
function readValue(reader: Reader): string {
  const { text, limits } = reader
  const quote = text.charCodeAt(reader.at)
  if (quote !== 0x22 && quote !== 0x27) malformed('quoted attribute value', reader.at)
  const start = reader.at + 1
  let end = start
  let isPlain = true
  for (; ; end += 1) {
    const unit = text.charCodeAt(end)
    if (unit === quote) break
    if (unit === 0x26 || unit === 0x0a || unit === 0x09) isPlain = false
    // The comparison is false for NaN too, which is the end of the text.
    else if (unit === 0x3c || !(unit >= 0)) malformed('attribute value', end)
  }
  if (end - start > limits.text) exceeded('length of an attribute value', limits.text)
  reader.at = end + 1
  if (isPlain) return text.slice(start, end)
  return resolveReferences(text.slice(start, end).replace(/[\t\n]/g, ' '), start)
}

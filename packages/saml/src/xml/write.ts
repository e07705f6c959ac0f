import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { compareCodePoints, escapeAttribute, escapeText } from './canonical-text.ts'
import { xmlNamespace } from './nodes.ts'

/** An element to be written: a plain tree made by `el`, or one that is written already. */
export type XmlOutput = XmlTree | WrittenXml

// What was made here. An object that was parsed from JSON can have every other property: a claim that
// is one, where a caller expected a text, must not become markup.
const made: unique symbol = Symbol('made by the writer')

/** An element that is still to be written. */
export interface XmlTree {
  readonly [made]: true
  readonly name: string
  readonly attributes: readonly (readonly [string, string])[]
  readonly children: readonly (XmlOutput | string)[]
}

/** The canonical text of an element: it can stand wherever none of its prefixes is in scope. */
export interface WrittenXml {
  readonly [made]: true
  readonly text: string
  /** Every prefix that is declared somewhere in the text. */
  readonly prefixes: readonly string[]
  /** Those of them that are declared by `xmlns:p` although no name uses them. */
  readonly inclusive: readonly string[]
}

/** An element taken apart: to put something between its children, or to cover it all. */
export interface WrittenParts {
  readonly start: string
  readonly children: readonly string[]
  readonly end: string
  readonly prefixes: readonly string[]
  readonly inclusive: readonly string[]
}

type Child = XmlOutput | string | undefined | readonly Child[]

interface Name {
  readonly prefix: string
  readonly local: string
  readonly namespace: string
}

interface Writer {
  /** Prefixes that are in scope where the writer stands. */
  readonly scope: string[]
  readonly prefixes: Set<string>
  readonly inclusive: Set<string>
}

const namePattern = /^(?!xmlns$)(?:([a-z][a-z0-9]*):)?([A-Za-z][A-Za-z0-9]*)$/
const declarationPattern = /^xmlns:([a-z][a-z0-9]*)$/
const notXmlCharacter = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u
// What needs neither an escape nor a second look: ASCII that XML and its canonical form leave alone.
const plainText = /^[ !"#$%'()*+,\-./0-9:;=?@A-Z[\\\]^_`a-z{|}~]*$/
const plainValue = /^[ !#$%'()*+,\-./0-9:;=>?@A-Z[\\\]^_`a-z{|}~]*$/

/**
 * An element named `prefix:Local`, with attributes and children in order.
 * An attribute or child that is undefined is left out; a string child is text.
 * The attribute `xmlns:p` declares `p` here although no name uses it; the result is then
 * canonical only for a signer that puts `p` in its PrefixList.
 */
export function el(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): XmlTree {
  const given: [string, string][] = []
  for (const key of Object.keys(attributes)) {
    const value = attributes[key]
    if (value === undefined) continue
    if (typeof value !== 'string') refuseOther(`${key} of ${name}`, value)
    given.push([key, value])
  }
  return { [made]: true, name, attributes: given, children: flatten(name, children, []) }
}

/** A canonical text that was made elsewhere, to stand in a tree. */
export function written(
  text: string,
  { prefixes, inclusive }: Pick<WrittenXml, 'prefixes' | 'inclusive'>,
): WrittenXml {
  return { [made]: true, text, prefixes, inclusive }
}

/**
 * The text of an element tree in exclusive canonical form (xml-exc-c14n, section 3): the text is
 * its own canonicalization, so it can be digested as it stands, and so can every element in it.
 * The one place where this library makes XML (R16); a character outside XML 1.0 `Char` is refused.
 */
export function writeXml(element: XmlOutput): string {
  return write(element, newWriter())
}

/** The same, with what a place for it must know of the text. */
export function writtenXml(element: XmlOutput): WrittenXml {
  const writer = newWriter()
  return written(write(element, writer), usedBy(writer))
}

/** The same, in parts. */
export function writeParts(element: XmlTree): WrittenParts {
  const writer = newWriter()
  const start = writeStart(element, writer)
  const children = element.children.map(child => writeChild(child, writer))
  return { start, children, end: `</${element.name}>`, ...usedBy(writer) }
}

function newWriter(): Writer {
  return { scope: [], prefixes: new Set(), inclusive: new Set() }
}

function usedBy({ prefixes, inclusive }: Writer) {
  return { prefixes: [...prefixes], inclusive: [...inclusive] }
}

function flatten(
  name: string,
  children: readonly Child[],
  result: (XmlOutput | string)[],
): (XmlOutput | string)[] {
  for (const child of children) {
    if (child === undefined) continue
    if (isList(child)) flatten(name, child, result)
    else if (typeof child === 'string' || isMade(child)) result.push(child)
    else refuseOther(`content of ${name}`, child)
  }
  return result
}

function isMade(child: unknown): boolean {
  return typeof child === 'object' && child !== null && made in child
}

function refuseOther(check: string, value: unknown): never {
  throw new SamlError('option.invalid', { check, expected: 'a text', received: typeof value })
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child)
}

function write(element: XmlOutput, writer: Writer): string {
  if ('text' in element) return place(element, writer)
  const depth = writer.scope.length
  let text = writeStart(element, writer)
  for (const child of element.children) text += writeChild(child, writer)
  writer.scope.length = depth
  return `${text}</${element.name}>`
}

function writeChild(child: XmlOutput | string, writer: Writer): string {
  if (typeof child !== 'string') return write(child, writer)
  return plainText.test(child) ? child : escapeText(checked(child))
}

/** A declaration of what is in scope already would not be canonical. */
function place({ text, prefixes, inclusive }: WrittenXml, writer: Writer): string {
  for (const prefix of prefixes) {
    if (writer.scope.includes(prefix)) {
      throw new SamlError('write.name', { check: 'prefix of a written element', received: prefix })
    }
    writer.prefixes.add(prefix)
  }
  for (const prefix of inclusive) writer.inclusive.add(prefix)
  return text
}

/** The start tag; its declarations stay in the writer's scope. */
function writeStart(element: XmlTree, writer: Writer): string {
  const fresh: string[] = []
  const { attributes } = element
  const { prefix } = nameOf(element.name)
  // An element without prefix would be in whatever default namespace surrounds it.
  if (prefix === '') throw new SamlError('write.name', { check: 'name', received: element.name })
  declare(prefix, writer, fresh)
  const written: { readonly name: Name; readonly text: string }[] = []
  for (const [given, value] of attributes) {
    const [, declared] = declarationPattern.exec(given) ?? []
    if (declared !== undefined) {
      declare(declared, writer, fresh)
      writer.inclusive.add(declared)
      continue
    }
    const name = nameOf(given)
    if (name.prefix !== 'xml') declare(name.prefix, writer, fresh)
    const text = plainValue.test(value) ? value : escapeAttribute(checked(value))
    written.push({ name, text: ` ${given}="${text}"` })
  }
  if (fresh.length > 1) fresh.sort(compareCodePoints)
  if (written.length > 1) written.sort((a, b) => compareNames(a.name, b.name))
  let text = `<${element.name}`
  for (const prefix of fresh) text += ` xmlns:${prefix}="${namespaceOf(prefix)}"`
  for (const attribute of written) text += attribute.text
  return `${text}>`
}

function declare(prefix: string, { scope, prefixes }: Writer, fresh: string[]): void {
  if (prefix === '' || scope.includes(prefix)) return
  scope.push(prefix)
  prefixes.add(prefix)
  fresh.push(prefix)
}

function compareNames(a: Name, b: Name): number {
  return compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.local, b.local)
}

// Names are those of the vocabulary, a few dozen: each is taken apart once.
const names = new Map<string, Name>()
const maxNames = 500

function nameOf(name: string): Name {
  const found = names.get(name)
  if (found !== undefined) return found
  const [, prefix = '', local] = namePattern.exec(name) ?? []
  if (local === undefined) throw new SamlError('write.name', { check: 'name', received: name })
  const namespace = prefix === '' ? '' : prefix === 'xml' ? xmlNamespace : namespaceOf(prefix)
  const made = { prefix, local, namespace }
  if (names.size < maxNames) names.set(name, made)
  return made
}

function namespaceOf(prefix: string): string {
  if (!Object.hasOwn(namespaces, prefix)) {
    throw new SamlError('write.name', { check: 'namespace prefix', received: prefix })
  }
  return namespaces[prefix as keyof typeof namespaces]
}

function checked(value: string): string {
  const match = notXmlCharacter.exec(value)
  if (match === null) return value
  const code = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  throw new SamlError('write.character', { check: 'XML character', received: `U+${code}` })
}

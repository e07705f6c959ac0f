import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { compareCodePoints, escapeAttribute, escapeText } from './canonical-text.ts'
import { xmlNamespace } from './nodes.ts'

/** An element to be written: a plain frozen tree made by `el`. */
export interface XmlOutput {
  readonly name: string
  readonly attributes: readonly (readonly [string, string])[]
  readonly children: readonly (XmlOutput | string)[]
}

type Child = XmlOutput | string | undefined | readonly Child[]

const namePattern = /^(?!xmlns$)(?:([a-z]+):)?[A-Za-z][A-Za-z0-9]*$/
const notXmlCharacter = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

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
): XmlOutput {
  const given = Object.entries(attributes).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return Object.freeze({ name, attributes: given, children: flatten(children) })
}

/**
 * The text of an element tree in exclusive canonical form (xml-exc-c14n, section 3): the text is
 * its own canonicalization, so it can be digested as it stands, and so can every element in it.
 * The one place where this library makes XML (R16); a character outside XML 1.0 `Char` is refused.
 */
export function writeXml(element: XmlOutput): string {
  return write(element, new Set())
}

function flatten(
  children: readonly Child[],
  result: (XmlOutput | string)[] = [],
): (XmlOutput | string)[] {
  for (const child of children) {
    if (child === undefined) continue
    if (isList(child)) flatten(child, result)
    else result.push(child)
  }
  return result
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child)
}

function write(element: XmlOutput, inScope: ReadonlySet<string>): string {
  const declared = new Set<string>([prefixOf(element.name)])
  const attributes: { namespace: string; local: string; text: string }[] = []
  for (const [name, value] of element.attributes) {
    if (name.startsWith('xmlns:')) {
      declared.add(name.slice('xmlns:'.length))
      continue
    }
    const prefix = prefixOf(name)
    if (prefix !== '' && prefix !== 'xml') declared.add(prefix)
    const namespace = prefix === '' ? '' : prefix === 'xml' ? xmlNamespace : namespaceOf(prefix)
    attributes.push({
      namespace,
      local: name.slice(prefix.length),
      text: ` ${name}="${escapeAttribute(checked(value))}"`,
    })
  }
  attributes.sort(
    (a, b) => compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.local, b.local),
  )
  const fresh = [...declared].filter(prefix => !inScope.has(prefix)).sort(compareCodePoints)
  const scope = fresh.length === 0 ? inScope : new Set([...inScope, ...fresh])
  let text = `<${element.name}`
  for (const prefix of fresh) text += ` xmlns:${prefix}="${namespaceOf(prefix)}"`
  for (const attribute of attributes) text += attribute.text
  text += '>'
  for (const child of element.children) {
    text += typeof child === 'string' ? escapeText(checked(child)) : write(child, scope)
  }
  return `${text}</${element.name}>`
}

function prefixOf(name: string): string {
  const match = namePattern.exec(name)
  if (match === null) throw new SamlError('write.name', { check: 'name', received: name })
  return match[1] ?? ''
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

/**
 * Random edits of a document as a tree: nodes are moved, copied, deleted, swapped, wrapped, unwrapped,
 * renamed, given other prefixes and IDs. The tree is read with its offsets and written as text.
 */
import { parseXml, SamlError, type XmlElement } from '@rolecall/saml'

/** A whole number from 0 up to a bound, the bound left out. */
export type Random = (bound: number) => number

/** Reproducible numbers (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return bound => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound)
  }
}

/** A text with the elements that were found in it, in document order. */
interface Parsed {
  readonly text: string
  readonly elements: readonly XmlElement[]
}

type Edit = (parsed: Parsed, random: Random) => string

export const honestName = 'alice@corp.test'
export const evilName = 'admin@corp.test'

// Where a wrapping attack has its joints: half of all choices fall on these.
const joints = new Set(['Response', 'Assertion', 'Signature', 'SignedInfo', 'Reference', 'Subject'])
const vocabulary = [
  'samlp:Response',
  'saml:Assertion',
  'saml:Issuer',
  'ds:Signature',
  'ds:SignedInfo',
  'ds:Object',
  'ds:KeyInfo',
  'samlp:Extensions',
  'samlp:StatusDetail',
  'saml:Advice',
  'saml:Subject',
  'saml:NameID',
  'saml:AttributeValue',
  'x',
]
const namespaces: readonly (readonly [string, string])[] = [
  ['samlp', 'urn:oasis:names:tc:SAML:2.0:protocol'],
  ['saml', 'urn:oasis:names:tc:SAML:2.0:assertion'],
  ['ds', 'http://www.w3.org/2000/09/xmldsig#'],
]
const declarations = namespaces.map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`).join('')

/** Elements of a text; none of one that does not parse. */
export function read(text: string): Parsed {
  try {
    const elements: XmlElement[] = []
    const open = [parseXml(text).root]
    for (let element = open.pop(); element !== undefined; element = open.pop()) {
      elements.push(element)
      for (const child of element.children.toReversed())
        if (child.kind === 'element') open.push(child)
    }
    return { text, elements }
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    return { text, elements: [] }
  }
}

/** One to four edits, one after the other. */
export function editTree(parsed: Parsed, random: Random): string {
  let current = parsed
  let text = parsed.text
  for (let left = 1 + random(4); left > 0 && current.elements.length > 0; left -= 1) {
    const edit = edits[random(edits.length)] ?? copy
    text = edit(current, random)
    if (left > 1) current = read(text)
  }
  return text
}

function pick({ elements }: Parsed, random: Random): XmlElement {
  const joint = random(2) === 0 ? elements.filter(({ local }) => joints.has(local)) : elements
  const from = joint.length === 0 ? elements : joint
  const found = from[random(from.length)]
  if (found === undefined) throw new Error('a document has one element at least')
  return found
}

/** The text of an element, perhaps about another person, perhaps under another ID. */
function piece({ text }: Parsed, { start, end }: XmlElement, random: Random): string {
  let found = text.slice(start, end)
  if (random(2) === 0) found = found.replaceAll(honestName, evilName)
  if (random(3) === 0) found = found.replace(/ ID="[^"]*"/, ' ID="_evil"')
  if (random(4) === 0) found = found.replace(/<ds:Signature .*?<\/ds:Signature>/s, '')
  return found
}

/** A place next to an element or within it. */
function place({ start, contentStart, end, name }: XmlElement, random: Random): number {
  const isEmpty = contentStart === end
  const inner = isEmpty ? start : end - name.length - 3
  return [start, end, isEmpty ? end : contentStart, inner][random(4)] ?? start
}

const splice = (text: string, start: number, end: number, instead: string) =>
  text.slice(0, start) + instead + text.slice(end)

const copy: Edit = (parsed, random) => {
  const at = place(pick(parsed, random), random)
  return splice(parsed.text, at, at, piece(parsed, pick(parsed, random), random))
}

const move: Edit = (parsed, random) => {
  const element = pick(parsed, random)
  const at = place(pick(parsed, random), random)
  const found = piece(parsed, element, random)
  const { start, end } = element
  // Into itself there is no move.
  if (at > start && at < end) return splice(parsed.text, start, end, '')
  return at <= start
    ? splice(splice(parsed.text, start, end, ''), at, at, found)
    : splice(splice(parsed.text, at, at, found), start, end, '')
}

const replace: Edit = (parsed, random) => {
  const { start, end } = pick(parsed, random)
  return splice(parsed.text, start, end, piece(parsed, pick(parsed, random), random))
}

const remove: Edit = (parsed, random) => {
  const { start, end } = pick(parsed, random)
  return splice(parsed.text, start, end, '')
}

const wrap: Edit = (parsed, random) => {
  const element = pick(parsed, random)
  const inner = piece(parsed, element, random)
  const name = vocabulary[random(vocabulary.length)] ?? 'x'
  const other = pick(parsed, random)
  const wrapped = [
    () => `<${name}${declarations}>${inner}</${name}>`,
    () => `<${name}${declarations} ID="_evil">${inner}</${name}>`,
    // A twin of some element around it: its start tag with all attributes.
    () => `${parsed.text.slice(other.start, other.contentStart)}${inner}</${other.name}>`,
    () => `<!--${inner}-->`,
    () => `<![CDATA[${inner}]]>`,
  ][random(5)]
  return splice(parsed.text, element.start, element.end, wrapped?.() ?? inner)
}

const unwrap: Edit = (parsed, random) => {
  const { start, contentStart, end, name } = pick(parsed, random)
  if (contentStart === end) return splice(parsed.text, start, end, '')
  return splice(parsed.text, start, end, parsed.text.slice(contentStart, end - name.length - 3))
}

/** Another name, under its own prefix or another that is bound to some namespace here. */
const rename: Edit = (parsed, random) => {
  const element = pick(parsed, random)
  const name = vocabulary[random(vocabulary.length)] ?? 'x'
  return named(parsed.text, element, name, declarations)
}

const reprefix: Edit = (parsed, random) => {
  const element = pick(parsed, random)
  const { local, prefix, namespace } = element
  const [, other] = namespaces[random(namespaces.length)] ?? ['', 'urn:x']
  const uri = [namespace, namespace, other, 'urn:x'][random(4)] ?? namespace
  const fresh = ['p', '', prefix, 'saml', 'samlp', 'ds'][random(6)] ?? 'p'
  const declared = fresh === '' ? ` xmlns="${uri}"` : ` xmlns:${fresh}="${uri}"`
  return named(parsed.text, element, fresh === '' ? local : `${fresh}:${local}`, declared)
}

function named(text: string, element: XmlElement, name: string, declared: string): string {
  const { start, end, contentStart } = element
  const open = start + 1 + element.name.length
  const isEmpty = contentStart === end
  const close = isEmpty ? end : end - element.name.length - 3
  const head = text.slice(open, contentStart)
  // A declaration that stands there already gives way.
  const attributes = declarationsOf(declared).reduce(
    (rest, each) => rest.replace(new RegExp(` ${each}="[^"]*"`), ''),
    head,
  )
  const body = isEmpty ? '' : `${text.slice(contentStart, close)}</${name}>`
  return splice(text, start, end, `<${name}${declared}${attributes}${body}`)
}

function declarationsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/ (xmlns(?::\w+)?)=/g), ([, name]) => name ?? '')
}

/** The ID or the Reference of one element becomes that of another, or gets a namesake. */
const identify: Edit = (parsed, random) => {
  const element = pick(parsed, random)
  const { start, contentStart } = element
  const id = ['_assertion', '_response', '_evil', ''][random(4)] ?? ''
  const attribute = ['ID', 'Id', 'id', 'xml:id', 'AssertionID'][random(5)] ?? 'ID'
  const tag = parsed.text.slice(start, contentStart)
  const changed = [
    () => tag.replace(/ ID="[^"]*"/, ` ID="${id}"`),
    () => tag.replace(/ URI="[^"]*"/, ` URI="#${id}"`),
    () => tag.replace(`<${element.name}`, `<${element.name} ${attribute}="${id}"`),
    () => tag.replace(/ ID=/, ` ${attribute}=`),
  ][random(4)]
  return splice(parsed.text, start, contentStart, changed?.() ?? tag)
}

const swap: Edit = (parsed, random) => {
  const [first, second] = [pick(parsed, random), pick(parsed, random)].sort(
    (a, b) => a.start - b.start,
  )
  if (first === undefined || second === undefined || first.end > second.start)
    return copy(parsed, random)
  const { text } = parsed
  const [a, b] = [piece(parsed, first, random), piece(parsed, second, random)]
  return splice(splice(text, second.start, second.end, a), first.start, first.end, b)
}

const disguise: Edit = ({ text, elements }, random) => {
  const { start, end } = pick({ text, elements }, random)
  return splice(text, start, end, text.slice(start, end).replaceAll(honestName, evilName))
}

/** An evil twin in the place of an element, the element itself somewhere else: what wrapping is. */
const smuggle: Edit = (parsed, random) => {
  const { text } = parsed
  const { start, end } = pick(parsed, random)
  const original = text.slice(start, end)
  const evil = piece(parsed, pick(parsed, random), random).replaceAll(honestName, evilName)
  const twin = random(2) === 0 ? evil : original.replaceAll(honestName, evilName)
  const changed = read(splice(text, start, end, twin))
  if (changed.elements.length === 0) return changed.text
  const at = place(pick(changed, random), random)
  return splice(changed.text, at, at, original)
}

const edits: readonly Edit[] = [
  smuggle,
  smuggle,
  copy,
  copy,
  move,
  move,
  replace,
  remove,
  wrap,
  wrap,
  unwrap,
  rename,
  reprefix,
  identify,
  swap,
  disguise,
]

import { AwsError } from '../errors.ts'

/** An element of an answer: its local name, its own text and its child elements. */
export interface AnswerElement {
  readonly name: string
  readonly text: string
  readonly children: readonly AnswerElement[]
}

interface OpenElement {
  readonly name: string
  text: string
  readonly children: OpenElement[]
}

const maxLength = 1024 * 1024
const maxElements = 20_000
const maxDepth = 32

const tagPattern =
  /<(\/?)(?:[\w.-]+:)?([\w.-]+)(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/y

/**
 * Reads the XML that AWS's Query protocol answers with: elements and text. Prefixes, namespaces,
 * attributes, comments and processing instructions are passed over; a document type is refused, and so
 * are unknown entities and anything unbounded. It is no general XML reader: nothing that is to be verified
 * goes through it. Throws {@link AwsError} `bad_answer`.
 */
export function readXmlAnswer(xml: string, longest = maxLength): AnswerElement {
  if (xml.length > longest) throw bad(`longer than ${longest} characters`)
  const top: OpenElement = { name: '', text: '', children: [] }
  const open: OpenElement[] = [top]
  let count = 0
  let at = xml.startsWith('\ufeff') ? 1 : 0
  while (at < xml.length) {
    const parent = open.at(-1) ?? top
    if (xml[at] !== '<') {
      const next = xml.indexOf('<', at)
      const end = next < 0 ? xml.length : next
      parent.text += unescapeText(xml.slice(at, end))
      at = end
    } else if (xml.startsWith('<?', at)) {
      at = endOf(xml, '?>', at)
    } else if (xml.startsWith('<!--', at)) {
      at = endOf(xml, '-->', at + 4)
    } else if (xml.startsWith('<![CDATA[', at)) {
      const end = endOf(xml, ']]>', at)
      parent.text += xml.slice(at + 9, end - 3)
      at = end
    } else {
      const tag = tagAt(xml, at)
      if (tag.isEnd) {
        if (open.length === 1 || parent.name !== tag.name) throw bad('its tags do not match')
        open.pop()
      } else {
        const element: OpenElement = { name: tag.name, text: '', children: [] }
        parent.children.push(element)
        count += 1
        if (count > maxElements) throw bad(`more than ${maxElements} elements`)
        if (!tag.isEmpty && open.push(element) > maxDepth)
          throw bad(`deeper than ${maxDepth} elements`)
      }
      at += tag.length
    }
  }
  const [root, ...others] = top.children
  if (root === undefined || others.length > 0 || open.length > 1 || top.text.trim() !== '') {
    throw bad('it is not one element')
  }
  return root
}

/** The first child of that name. */
export function childOf(element: AnswerElement, name: string): AnswerElement | undefined {
  return element.children.find(child => child.name === name)
}

/** The text of the first child of that name, trimmed; undefined when there is none or it is empty. */
export function childText(element: AnswerElement, name: string): string | undefined {
  const text = childOf(element, name)?.text.trim()
  return text === '' ? undefined : text
}

interface Tag {
  readonly name: string
  readonly isEnd: boolean
  readonly isEmpty: boolean
  readonly length: number
}

function tagAt(xml: string, at: number): Tag {
  tagPattern.lastIndex = at
  const [matched, slash, name = '', empty] = tagPattern.exec(xml) ?? []
  if (matched === undefined) throw bad('it has a tag that cannot be read')
  return { name, isEnd: slash === '/', isEmpty: empty === '/', length: matched.length }
}

function endOf(xml: string, mark: string, from: number): number {
  const at = xml.indexOf(mark, from)
  if (at < 0) throw bad(`"${mark}" is missing`)
  return at + mark.length
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function unescapeText(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]{0,10});?/g, (whole: string, name: string) => {
    const named = Object.hasOwn(entities, name) ? entities[name] : undefined
    const [, hex, decimal] = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name) ?? []
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    const isPoint = Number.isInteger(point) && point <= 0x10ffff
    const value = named ?? (isPoint ? String.fromCodePoint(point) : undefined)
    if (value === undefined || !whole.endsWith(';')) throw bad('it has an unknown entity')
    return value
  })
}

function bad(why: string): AwsError {
  return new AwsError('bad_answer', `the answer is not readable XML: ${why}`, { fault: 'server' })
}

import { malformed } from './fail.ts'

const predefined: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

// The longest reference we take is `&#x10FFFF;` with a few leading zeros.
const maxReference = 16

/**
 * A value with its references resolved (R1): the five predefined entities and character references.
 * `at` is the offset of the value in the document, for messages.
 */
export function resolveReferences(value: string, at: number): string {
  let result = ''
  let from = 0
  for (;;) {
    const ampersand = value.indexOf('&', from)
    if (ampersand === -1) return result + value.slice(from)
    const window = value.slice(ampersand + 1, ampersand + 1 + maxReference)
    const semicolon = window.indexOf(';')
    if (semicolon === -1) malformed('reference', at + ampersand)
    const name = window.slice(0, semicolon)
    result += value.slice(from, ampersand) + characterOf(name, at + ampersand)
    from = ampersand + name.length + 2
  }
}

function characterOf(name: string, at: number): string {
  if (!name.startsWith('#')) {
    return predefined.get(name) ?? malformed('predefined entity', at, 'xml.entity')
  }
  const isHex = name.startsWith('#x')
  const digits = name.slice(isHex ? 2 : 1)
  if (!(isHex ? /^[0-9A-Fa-f]+$/ : /^[0-9]+$/).test(digits)) malformed('character reference', at)
  const point = Number.parseInt(digits, isHex ? 16 : 10)
  if (!isXmlCharacter(point)) malformed('character reference', at, 'xml.character')
  return String.fromCodePoint(point)
}

function isXmlCharacter(point: number): boolean {
  if (point < 0x20) return point === 0x9 || point === 0xa || point === 0xd
  if (point <= 0xd7ff) return true
  return (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff)
}

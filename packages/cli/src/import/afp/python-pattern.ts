/** Regular expressions of Python's `re`, as far as a group name's pattern may have them. */

/** A node of a pattern. */
export type Pattern =
  | { readonly kind: 'literal'; readonly text: string }
  /** A class or escape, already in the syntax of the new file. */
  | { readonly kind: 'class'; readonly text: string; readonly sample: string }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'group'; readonly name: string | undefined; readonly inner: Pattern }
  | {
      readonly kind: 'repeat'
      readonly inner: Pattern
      readonly least: number
      /** Infinity: without bound. */
      readonly most: number
      readonly isLazy: boolean
    }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly branches: readonly Pattern[] }

/** What the new pattern language has not. */
export class UnknownPattern extends Error {}

/** The length is that of `groupPattern`. */
const limits = { length: 512, depth: 50 }

/** Reads a pattern. Throws `UnknownPattern` for what cannot be said in linear time, or at all. */
export function readPythonPattern(text: string): Pattern {
  if (text.length > limits.length) throw new UnknownPattern('it is longer than 512 characters')
  const reader = { characters: [...text], at: 0 }
  // (?u) and (?s) change nothing for names of one line.
  const flags = /^\(\?([aiLmsux]+)\)/.exec(text)
  if (flags !== null) {
    const odd = [...(flags[1] ?? '')].find(flag => flag !== 'u' && flag !== 's')
    if (odd !== undefined) throw new UnknownPattern(`the flag (?${odd}) is not there`)
    reader.at = flags[0].length
  }
  const pattern = readChoice(reader, 0)
  if (reader.at < reader.characters.length) throw new UnknownPattern('a `)` has no `(`')
  return pattern
}

interface Reader {
  readonly characters: readonly string[]
  at: number
}

const look = (reader: Reader, ahead = 0) => reader.characters[reader.at + ahead]

function take(reader: Reader): string {
  const character = look(reader)
  if (character === undefined) throw new UnknownPattern('it ends too early')
  reader.at += 1
  return character
}

function takes(reader: Reader, text: string): boolean {
  const isNext = [...text].every((character, index) => look(reader, index) === character)
  if (isNext) reader.at += text.length
  return isNext
}

function readChoice(reader: Reader, depth: number): Pattern {
  if (depth > limits.depth) throw new UnknownPattern('it is nested too deeply')
  const branches = [readSequence(reader, depth)]
  while (takes(reader, '|')) branches.push(readSequence(reader, depth))
  const [only] = branches
  return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches }
}

function readSequence(reader: Reader, depth: number): Pattern {
  const parts: Pattern[] = []
  while (look(reader) !== undefined && look(reader) !== '|' && look(reader) !== ')') {
    const atom = readAtom(reader, depth)
    if (atom !== undefined) parts.push(readRepeat(reader, atom))
  }
  return { kind: 'sequence', parts }
}

function readRepeat(reader: Reader, inner: Pattern): Pattern {
  const range = readRange(reader)
  if (range === undefined) return inner
  const [least, most] = range
  if (inner.kind === 'start' || inner.kind === 'end') throw new UnknownPattern('an anchor repeats')
  const isLazy = takes(reader, '?')
  if (!isLazy && look(reader) === '+') throw new UnknownPattern('possessive repeats are not there')
  const pattern: Pattern = { kind: 'repeat', inner, least, most, isLazy }
  if (readRange(reader) !== undefined) throw new UnknownPattern('a repeat repeats')
  return pattern
}

function readRange(reader: Reader): readonly [number, number] | undefined {
  if (takes(reader, '*')) return [0, Number.POSITIVE_INFINITY]
  if (takes(reader, '+')) return [1, Number.POSITIVE_INFINITY]
  if (takes(reader, '?')) return [0, 1]
  const rest = reader.characters.slice(reader.at, reader.at + 12).join('')
  // Without both numbers, or with anything else, the brace is a brace.
  const match = /^\{(\d{0,4})(,?)(\d{0,4})\}/.exec(rest)
  if (match === null || (match[1] === '' && match[2] === '')) return undefined
  reader.at += match[0].length
  const least = Number(match[1] ?? '')
  const most =
    match[2] === '' ? least : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3])
  if (most < least) throw new UnknownPattern('the bounds of a repeat are the wrong way round')
  return [least, most]
}

function readAtom(reader: Reader, depth: number): Pattern | undefined {
  const character = take(reader)
  switch (character) {
    case '(':
      return readGroup(reader, depth)
    case '[':
      return readClass(reader)
    case '\\':
      return readEscape(reader)
    case '.':
      return { kind: 'class', text: '.', sample: 'x' }
    case '^':
      return { kind: 'start' }
    case '$':
      return { kind: 'end' }
    case '*':
    case '+':
    case '?':
      throw new UnknownPattern('a repeat has nothing to repeat')
    default:
      return { kind: 'literal', text: character }
  }
}

function readGroup(reader: Reader, depth: number): Pattern | undefined {
  let name: string | undefined
  if (takes(reader, '?')) {
    if (takes(reader, '#')) {
      while (take(reader) !== ')');
      return undefined
    }
    if (takes(reader, 'P<')) {
      name = ''
      for (let next = take(reader); next !== '>'; next = take(reader)) name += next
      if (!/^[A-Za-z_]\w{0,31}$/.test(name)) throw new UnknownPattern('the name of a group is odd')
    } else if (!takes(reader, ':')) {
      throw new UnknownPattern(oddGroup(reader))
    }
  }
  const inner = readChoice(reader, depth + 1)
  if (!takes(reader, ')')) throw new UnknownPattern('a `(` has no `)`')
  return { kind: 'group', name, inner }
}

function oddGroup(reader: Reader): string {
  const start = `${look(reader) ?? ''}${look(reader, 1) ?? ''}`
  if (/^(?:[=!]|<[=!])/.test(start)) return 'look-around cannot be decided in linear time'
  if (start === 'P=') return 'a back-reference cannot be decided in linear time'
  if (start.startsWith('(')) return 'a condition on a group is not there'
  if (start.startsWith('>')) return 'an atomic group is not there'
  return 'flags inside of a pattern are not there'
}

const classes: Readonly<Record<string, string>> = { d: '0', w: 'x', s: ' ', D: 'x', W: '-', S: 'x' }

function readEscape(reader: Reader): Pattern {
  const character = take(reader)
  const sample = classes[character]
  if (sample !== undefined) return { kind: 'class', text: `\\${character}`, sample }
  if (character === 'A') return { kind: 'start' }
  if (character === 'Z') return { kind: 'end' }
  if (/[1-9]/.test(character)) {
    throw new UnknownPattern('a back-reference cannot be decided in linear time')
  }
  return { kind: 'literal', text: literalEscape(reader, character) }
}

function literalEscape(reader: Reader, character: string): string {
  if (character === 'x') {
    const digits = take(reader) + take(reader)
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw new UnknownPattern('`\\x` wants two hex digits')
    const text = String.fromCharCode(Number.parseInt(digits, 16))
    if (/\p{Cc}/u.test(text)) throw new UnknownPattern('no group name has control characters')
    return text
  }
  if (/[A-Za-z0-9]/.test(character)) throw new UnknownPattern(`\`\\${character}\` is not there`)
  return character
}

function readClass(reader: Reader): Pattern {
  let text = takes(reader, '^') ? '[^' : '['
  const isNegated = text === '[^'
  let sample: string | undefined
  let isFirst = true
  for (;;) {
    let character = take(reader)
    if (character === ']' && !isFirst) break
    isFirst = false
    if (character === '\\') {
      const next = take(reader)
      const known = classes[next]
      if (known !== undefined) {
        text += `\\${next}`
        sample ??= known
        continue
      }
      character = literalEscape(reader, next)
    }
    // A dash that is the last one, or stands beside a class, is a dash.
    const isRange = look(reader) === '-' && look(reader, 1) !== ']' && look(reader, 1) !== undefined
    text += escaped(character)
    sample ??= character
    if (!isRange) continue
    take(reader)
    let end = take(reader)
    if (end === '\\') end = literalEscape(reader, take(reader))
    if ((end.codePointAt(0) ?? 0) < (character.codePointAt(0) ?? 0)) {
      throw new UnknownPattern('a range is the wrong way round')
    }
    text += `-${escaped(end)}`
  }
  return { kind: 'class', text: `${text}]`, sample: isNegated ? '~' : (sample ?? 'x') }
}

/** In a class. */
function escaped(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character
}

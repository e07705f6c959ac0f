/** Expressions of a configuration: literals, names of earlier literals, variables of the environment. */
import type { Place } from '../findings.ts'
import type { OldEntry, OldValue } from '../old-value.ts'
import type { Token } from './tokens.ts'

/** Walks over tokens. */
export interface TokenReader {
  readonly file: string
  look(ahead?: number): Token | undefined
  skip(count: number): void
  at(): number
  backTo(position: number): void
  isAtEnd(): boolean
  /** To the end of the statement, with the lines below that are indented. */
  takeStatement(): readonly Token[]
}

/** What an expression may refer to; `used` collects the names. */
export interface Scope {
  readonly names: ReadonlyMap<string, OldEntry>
  readonly used: Set<string>
}

const maxDepth = 50

/** A reader at the first token. */
export function createReader(tokens: readonly Token[], file: string): TokenReader {
  let position = 0
  const take = (): readonly Token[] => {
    const start = position
    while (position < tokens.length && tokens[position]?.kind !== 'end') position += 1
    position += 1
    return tokens.slice(start, position)
  }
  return {
    file,
    look: (ahead = 0) => tokens[position + ahead],
    skip(count) {
      position += count
    },
    at: () => position,
    backTo(target) {
      position = target
    },
    isAtEnd: () => position >= tokens.length,
    takeStatement() {
      const taken = [...take()]
      for (;;) {
        const next = tokens[position]
        if (next === undefined || next.kind === 'end' || next.column === 0) return taken
        taken.push(...take())
      }
    },
  }
}

/** A value; an expression that is no literal becomes `other`, up to the comma or bracket behind it. */
export function readExpression(reader: TokenReader, scope: Scope, depth: number): OldValue {
  const start = reader.at()
  const first = reader.look()
  const place: Place = { file: reader.file, line: first?.line ?? 1 }
  const value = depth > maxDepth ? undefined : readSum(reader, scope, depth, place)
  if (value !== undefined && isBehind(reader.look())) return value
  reader.backTo(start)
  skipExpression(reader, scope)
  return { ...place, kind: 'other', what: 'an expression, which was not run' }
}

function isBehind(token: Token | undefined): boolean {
  return (
    token === undefined ||
    token.kind === 'end' ||
    (token.kind === 'sign' && [',', ')', ']', '}', ':'].includes(token.text))
  )
}

/** Collects the names on its way: the value depends on them. */
function skipExpression(reader: TokenReader, scope: Scope): void {
  for (let depth = 0; ; reader.skip(1)) {
    const token = reader.look()
    if (token === undefined || token.kind === 'end') return
    if (token.kind === 'name' && scope.names.has(token.text)) scope.used.add(token.text)
    if (token.kind !== 'sign') continue
    if ('([{'.includes(token.text)) depth += 1
    else if (')]}'.includes(token.text) && --depth < 0) return
    else if (depth === 0 && token.text === ',') return
  }
}

/** Texts, lists or numbers with `+` between them. */
function readSum(
  reader: TokenReader,
  scope: Scope,
  depth: number,
  place: Place,
): OldValue | undefined {
  let sum = readProduct(reader, scope, depth, place)
  while (sum !== undefined && takes(reader, '+')) {
    const next = readProduct(reader, scope, depth, place)
    if (sum.kind === 'text' && next?.kind === 'text') sum = { ...sum, text: sum.text + next.text }
    else if (sum.kind === 'list' && next?.kind === 'list') {
      sum = { ...sum, items: [...sum.items, ...next.items] }
    } else if (sum.kind === 'number' && next?.kind === 'number') {
      sum = numberOf(sum.value + next.value, place)
    } else return undefined
  }
  return sum
}

/** Numbers with `*` between them: `8 * 60 * 60`. */
function readProduct(
  reader: TokenReader,
  scope: Scope,
  depth: number,
  place: Place,
): OldValue | undefined {
  let product = readTerm(reader, scope, depth, place)
  while (product !== undefined && takes(reader, '*')) {
    const next = readTerm(reader, scope, depth, place)
    if (product.kind !== 'number' || next?.kind !== 'number') return undefined
    product = numberOf(product.value * next.value, place)
  }
  return product
}

function numberOf(value: number, place: Place): OldValue {
  return { ...place, kind: 'number', value, source: String(value) }
}

function readTerm(
  reader: TokenReader,
  scope: Scope,
  depth: number,
  place: Place,
): OldValue | undefined {
  const token = reader.look()
  if (token?.kind === 'string') return readTexts(reader, place)
  if (token?.kind === 'number') return readNumber(reader, place, '')
  if (token?.kind === 'name') return readName(reader, scope, depth, place)
  if (takes(reader, '-')) return readNumber(reader, place, '-')
  if (takes(reader, '[')) {
    const items = readItems(reader, scope, depth, ']')
    return items === undefined ? undefined : { ...place, kind: 'list', items: items.values }
  }
  if (takes(reader, '(')) {
    const items = readItems(reader, scope, depth, ')')
    if (items === undefined) return undefined
    const [only] = items.values
    // Without a comma the brackets only hold an expression together.
    if (items.values.length === 1 && !items.hasComma) return only
    return { ...place, kind: 'list', items: items.values }
  }
  return takes(reader, '{') ? readDict(reader, scope, depth, place) : undefined
}

/** Texts that stand beside each other are one. */
function readTexts(reader: TokenReader, place: Place): OldValue | undefined {
  let text = ''
  for (;;) {
    const token = reader.look()
    if (token?.kind !== 'string') return { ...place, kind: 'text', text }
    if (token.text === undefined) return undefined
    text += token.text
    reader.skip(1)
  }
}

function readNumber(reader: TokenReader, place: Place, sign: string): OldValue | undefined {
  const token = reader.look()
  if (token?.kind !== 'number') return undefined
  reader.skip(1)
  const value = Number(token.text.replaceAll('_', ''))
  const source = `${sign}${token.text}`
  return { ...place, kind: 'number', value: sign === '-' ? -value : value, source }
}

function readItems(
  reader: TokenReader,
  scope: Scope,
  depth: number,
  end: string,
): { readonly values: readonly OldValue[]; readonly hasComma: boolean } | undefined {
  const values: OldValue[] = []
  let hasComma = false
  while (!takes(reader, end)) {
    values.push(readExpression(reader, scope, depth + 1))
    if (takes(reader, ',')) hasComma = true
    else if (!isSign(reader.look(), end)) return undefined
  }
  return { values, hasComma }
}

function readDict(
  reader: TokenReader,
  scope: Scope,
  depth: number,
  place: Place,
): OldValue | undefined {
  const entries = new Map<string, OldEntry>()
  while (!takes(reader, '}')) {
    const key = reader.look()
    const name = readTerm(reader, scope, depth + 1, place)
    if (name?.kind !== 'text' || key === undefined || !takes(reader, ':')) return undefined
    const value = readExpression(reader, scope, depth + 1)
    entries.set(name.text, { file: reader.file, line: key.line, value })
    if (!takes(reader, ',') && !isSign(reader.look(), '}')) return undefined
  }
  return { ...place, kind: 'map', entries }
}

function readName(
  reader: TokenReader,
  scope: Scope,
  depth: number,
  place: Place,
): OldValue | undefined {
  const name = reader.look()
  if (name?.kind !== 'name') return undefined
  const variable = readVariable(reader, scope, depth, place)
  if (variable !== undefined) return variable
  reader.skip(1)
  if (name.text === 'None') return { ...place, kind: 'nothing' }
  if (name.text === 'True' || name.text === 'False') {
    return { ...place, kind: 'truth', value: name.text === 'True' }
  }
  if (['int', 'float', 'str'].includes(name.text) && takes(reader, '(')) {
    const inner = readExpression(reader, scope, depth + 1)
    return takes(reader, ')') ? converted(inner, name.text) : undefined
  }
  scope.used.add(name.text)
  const found = scope.names.get(name.text)
  // Lines are those of the place where the value is used: there somebody looks for it.
  return found === undefined ? undefined : found.value
}

/** `os.environ['X']`, `os.environ.get('X', 'd')`, `os.getenv('X', 'd')`, also without `os.`. */
function readVariable(
  reader: TokenReader,
  scope: Scope,
  depth: number,
  place: Place,
): OldValue | undefined {
  const start = reader.at()
  const words = ['os', 'environ', 'get', 'getenv']
  const called: string[] = []
  for (;;) {
    const token = reader.look()
    if (token?.kind !== 'name' || !words.includes(token.text)) break
    called.push(token.text)
    reader.skip(1)
    if (!takes(reader, '.')) break
  }
  const path = called.join('.').replace(/^os\./, '')
  const end = path === 'environ' ? ']' : ')'
  const isCall = path === 'environ.get' || path === 'getenv'
  if ((path === 'environ' && takes(reader, '[')) || (isCall && takes(reader, '('))) {
    const items = readItems(reader, scope, depth, end)
    const [name, fallback] = items?.values ?? []
    if (name?.kind === 'text' && (items?.values.length ?? 0) <= 2) {
      const otherwise = isCall ? (fallback ?? { ...place, kind: 'nothing' as const }) : undefined
      return { ...place, kind: 'variable', name: name.text, fallback: otherwise }
    }
  }
  reader.backTo(start)
  return undefined
}

function converted(value: OldValue, to: string): OldValue | undefined {
  if (value.kind === 'variable') {
    const fallback = value.fallback === undefined ? undefined : converted(value.fallback, to)
    return { ...value, fallback }
  }
  if (to === 'str' || value.kind === 'number')
    return value.kind === 'text' ? value : to === 'str' ? undefined : value
  if (value.kind !== 'text' || !/^\s*-?\d{1,15}(?:\.\d+)?\s*$/.test(value.text)) return undefined
  const { file, line, text } = value
  return { file, line, kind: 'number', value: Number(text), source: text.trim() }
}

function takes(reader: TokenReader, text: string): boolean {
  if (!isSign(reader.look(), text)) return false
  reader.skip(1)
  return true
}

const isSign = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'sign' && token.text === text

/** Well-formed documents at random, for comparing canonical forms. */

/** Numbers in [0, 1) from a seed (mulberry32), so that a run can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const namespaces = [
  ...['urn:a', 'urn:b', 'urn:B', 'http://example.com/c', 'http://example.com/c/'],
  'urn:oasis:names:tc:SAML:2.0:assertion',
]
/** The prefixes that a document may declare; the empty one is the default namespace. */
export const prefixes = ['', 'a', 'b', 'A', 'saml', 'é']
const locals = ['x', 'Y', 'item', 'élan', 'n-1', 'm.2', '_u', '名', 'e\u0301', '𐐀b']
const xmlAttributes = ['xml:lang="en"', "xml:space='preserve'", 'xml:base="http://example.com/"']
const texts = [
  ...['', 'plain', ' spaced  out ', '\t\n', '\r\n', '\r', '\n\r', 'a > b', '"\'', ']]&gt;', ']] '],
  ...['&lt;&amp;&gt;&quot;&apos;', '&amp;amp;', '&#13;', '&#x9;&#10;', '&#xD;\n', '&#x20;'],
  // Combining, astral, private, control and what looks like a blank but is none to XML.
  ...['é', 'e\u0301\u0327', '😀𝒳', '\u{10fffd}', '\ue000\ufdd0\ufffd', '\u007f\u0080\u009f'],
  ...['\u0085', '\u2028\u2029', '\u00a0\u3000', '\u200b\u200d\ufeff', '\u202eabc', 'ſK'],
  ...['&#x85;', '&#x2028;', '&#xA0;', '&#128512;', '&#x10FFFF;', '&#xE9;'],
]
const values = [
  ...[
    '',
    'v',
    ' two  words ',
    ' \t\n',
    'a\r\nb\rc',
    '&#9;&#10;&#13;',
    '&#xD;&#xA;',
    'a > b',
    '&gt;',
  ],
  ...[
    '&lt;&amp;',
    '&quot;&apos;',
    '&#34;&#39;',
    'é',
    'e\u0301',
    '😀',
    '\u0085\u2028\u00a0',
    '&#x85;',
  ],
  ...['&#x10FFFF;', '\u007f', ']]>', 'urn:a'],
]
const comments = [
  '',
  ' a comment & more ',
  ' é 😀 \u0085',
  'line\r\nline\r',
  '<x a="&lt;">',
  ' - -x',
]
const sections = ['', ' <raw> & "data" ', 'a]]b]', ']]', '\r\n', 'é😀\u2028', '<!-- no comment -->']
const instructions = ['<?p?>', '<?p  data & <more> ?>', '<?é x="\r\n"?>']
const heads = [
  '<?xml version="1.0"?>',
  "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n",
]

/** A document of a few dozen nodes, with every form of markup that a message may have. */
export function randomDocument(random: () => number): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const chance = (share: number) => random() < share
  const blank = () => (chance(0.9) ? ' ' : pick(['  ', '\n', '\t', '\r\n', ' \n  ']))
  const times = (most: number, make: () => string) =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, make)

  function attribute(name: string, value: string): string {
    const quotes = ['"', "'"].filter(quote => !value.includes(quote))
    const quote = pick(quotes)
    const equals = chance(0.95) ? '=' : ' =\n'
    return `${name}${equals}${quote}${value}${quote}`
  }

  function element(depth: number, outer: ReadonlyMap<string, string>): string {
    const scope = new Map(outer)
    const parts: string[] = []
    for (const prefix of prefixes) {
      if (!chance(depth === 0 ? 0.5 : 0.2)) continue
      // Only the default namespace can be undeclared; a prefix is bound anew or as it was.
      const uri = prefix === '' && chance(0.4) ? '' : pick(namespaces)
      scope.set(prefix, uri)
      parts.push(attribute(prefix === '' ? 'xmlns' : `xmlns:${prefix}`, uri))
    }
    if (chance(0.02)) parts.push('xmlns:xml="http://www.w3.org/XML/1998/namespace"')
    const bound = [...scope.keys()].filter(prefix => prefix !== '')
    const prefixed = (share: number) =>
      qualified(chance(share) && bound.length > 0 ? pick(bound) : '', pick(locals))
    const name = prefixed(0.5)
    const seen = new Set<string>()
    for (const each of times(5, () => prefixed(0.6))) {
      const [local = '', prefix = ''] = each.split(':').reverse()
      const expanded = `${prefix === '' ? '' : scope.get(prefix)} ${local}`
      if (seen.has(expanded)) continue
      seen.add(expanded)
      parts.push(attribute(each, pick(values)))
    }
    if (chance(0.15)) parts.push(pick(xmlAttributes))
    const tag = [name, ...shuffled(parts)].join(blank())
    const close = chance(0.1) ? blank() : ''
    if (depth > 6 || (depth > 0 && chance(0.15))) return `<${tag}${close}/>`
    const inner = times(depth === 0 ? 12 : 6, () => content(depth, scope)).join('')
    return `<${tag}${close}>${inner}</${name}${close}>`
  }

  function content(depth: number, scope: ReadonlyMap<string, string>): string {
    if (chance(0.42)) return element(depth + 1, scope)
    if (chance(0.15)) return `<!--${pick(comments)}-->`
    if (chance(0.15)) return `<![CDATA[${pick(sections)}]]>`
    return times(3, () => pick(texts)).join('')
  }

  function shuffled(parts: readonly string[]): string[] {
    return parts
      .map(part => [random(), part] as const)
      .sort(([left], [right]) => left - right)
      .map(([, part]) => part)
  }

  const around = () => {
    if (chance(0.7)) return ''
    return times(2, () => (chance(0.5) ? pick(instructions) : `<!--${pick(comments)}-->\n`)).join(
      '',
    )
  }
  const head = `${chance(0.03) ? '\ufeff' : ''}${chance(0.5) ? pick(heads) : ''}`
  return `${head}${around()}${element(0, new Map())}${pick(['', '\n', '\r\n '])}${around()}`
}

function qualified(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`
}

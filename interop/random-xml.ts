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
  'urn:a',
  'urn:b',
  'http://example.com/c',
  'urn:oasis:names:tc:SAML:2.0:assertion',
]
const prefixes = ['', 'a', 'b', 'saml']
const locals = ['x', 'Y', 'item', 'élan', 'n-1', 'm.2', '_u']
const texts = [
  '',
  'plain',
  ' spaced  out ',
  'é😀',
  '&lt;&amp;&gt;',
  '&#13;',
  '&#x9;&#10;',
  '"\'',
  ']]&gt;',
  '\t\n',
]
const values = ['', 'v', ' two  words ', '&lt;&amp;', '&#9;&#10;&#13;', '&quot;', 'é😀', '&gt;']

/** A document of a few dozen nodes: namespaces in and out of scope, comments, CDATA, references. */
export function randomDocument(random: () => number): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const chance = (share: number) => random() < share

  function element(depth: number, outer: ReadonlyMap<string, string>): string {
    const scope = new Map(outer)
    const declarations: string[] = []
    for (const prefix of prefixes) {
      if (!chance(depth === 0 ? 0.6 : 0.25)) continue
      const uri = prefix === '' && chance(0.3) ? '' : pick(namespaces)
      scope.set(prefix, uri)
      declarations.push(`xmlns${prefix === '' ? '' : `:${prefix}`}="${uri}"`)
    }
    const inScope = [...scope].filter(([prefix, uri]) => prefix === '' || uri !== '')
    const bound = inScope.map(([prefix]) => prefix)
    const name = qualified(chance(0.7) && bound.length > 0 ? pick(bound) : '', pick(locals))
    const seen = new Set<string>()
    const attributes: string[] = []
    for (let count = Math.floor(random() * 4); count > 0; count -= 1) {
      const prefix = chance(0.4) && bound.length > 0 ? pick(bound) : ''
      const local = pick(locals)
      const expanded = `${prefix === '' ? '' : scope.get(prefix)} ${local}`
      if (seen.has(expanded)) continue
      seen.add(expanded)
      attributes.push(`${qualified(prefix, local)}="${pick(values)}"`)
    }
    if (chance(0.1)) attributes.push('xml:lang="en"')
    const tag = [name, ...declarations, ...attributes].sort(() => random() - 0.5)
    const head = [name, ...tag.filter(part => part !== name)].join(chance(0.2) ? '\n  ' : ' ')
    if (depth > 4 || chance(0.15)) return `<${head}/>`
    let inner = ''
    for (let count = Math.floor(random() * 5); count > 0; count -= 1) inner += content(depth, scope)
    return `<${head}>${inner}</${name}>`
  }

  function content(depth: number, scope: ReadonlyMap<string, string>): string {
    if (chance(0.5)) return element(depth + 1, scope)
    if (chance(0.15)) return '<!-- a comment & more -->'
    if (chance(0.15)) return '<![CDATA[ <raw> & "data" ]]>'
    return pick(texts)
  }

  const around = () => (chance(0.2) ? '<!--around-->\n' : '')
  return `${chance(0.5) ? '<?xml version="1.0"?>\n' : ''}${around()}${element(0, new Map())}\n${around()}`
}

function qualified(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`
}

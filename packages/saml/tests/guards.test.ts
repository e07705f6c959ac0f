/** What the sources must not do, whoever changes them: held by reading them. */
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const source = new URL('../src/', import.meta.url)
const files = globSync('**/*.ts', { cwd: source.pathname })
  .filter(name => !name.endsWith('.test.ts'))
  .map(name => ({ name, text: readFileSync(new URL(name, source), 'utf8') }))
const withoutComments = (text: string) =>
  text.replace(/\/\*\*?[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/ .*$/gm, '$1')

// What verifies must not be able to fetch, read files, run code or look at the clock.
test('the library imports node:crypto and node:zlib and nothing else', () => {
  expect(files.length).toBeGreaterThan(20)
  for (const { name, text } of files) {
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
      expect(specifier, name).toMatch(/^(?:\.{1,2}\/.*\.ts|node:crypto|node:zlib)$/)
    }
    expect(text, name).not.toMatch(
      /Date\.now|new Date\(\)|performance\.|process\.|globalThis|eval\(/,
    )
  }
})

describe('regular expressions take time that grows with the text', () => {
  const literal =
    /(?<=[=(,:!&|?[]\s*|return |=> )\/(?![/*])((?:[^\\/\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/[dgimsuvy]*(?=[\s.,;)\]])/g
  const patterns = files.flatMap(({ name, text }) =>
    Array.from(withoutComments(text).matchAll(literal), ([, pattern = '']) => ({ name, pattern })),
  )

  test('they are found', () => {
    expect(patterns.length).toBeGreaterThan(20)
    expect(isNested('^(?:a+)+$')).toBe(true)
    expect(isNested('(a|b*)*')).toBe(true)
    expect(isNested('(?:ab{2,})+c')).toBe(true)
    expect(isNested('(?:a[+*]|b)+(?:c+)?')).toBe(false)
    expect(endsUnanchored('^ +| +$')).toBe(true)
    expect(endsUnanchored('^ +$')).toBe(false)
    expect(endsUnanchored('[+]$')).toBe(false)
  })

  test.each(patterns)('$name: $pattern', ({ pattern }) => {
    expect(isNested(pattern)).toBe(false)
    // Tried anew at each character of a long run.
    expect(endsUnanchored(pattern)).toBe(false)
  })

  test('one is made from parts: that of namespaces, which are short', () => {
    expect(
      files.filter(({ text }) => text.includes('new RegExp(')).map(({ name }) => name),
    ).toEqual(['xml/namespaces.ts'])
  })
})

/** Without classes and escapes, so that what is left of `+` and `*` are quantifiers. */
const bare = (pattern: string) =>
  pattern.replace(/\\[\s\S]/g, 'x').replace(/\[(?:[^\]\\]|\\.)*\]/g, 'x')
const unbounded = /[*+]|\{\d+,\}/

/** Whether a group that may repeat without end holds something that may repeat without end. */
function isNested(pattern: string): boolean {
  let text = bare(pattern)
  // From the inside out: a group is replaced by what matters of it.
  for (;;) {
    const group = /\((?:\?(?:[:!=]|<[!=]|<\w+>))?([^()]*)\)([*+]|\{\d+,\})?/.exec(text)
    if (group === null) return false
    const [whole, content = '', quantifier] = group
    if (quantifier !== undefined && unbounded.test(content)) return true
    text = text.replace(whole, () =>
      quantifier !== undefined || unbounded.test(content) ? 'x+' : 'x',
    )
  }
}

/** Whether an alternative ends in a run up to the end of the text and may begin anywhere. */
function endsUnanchored(pattern: string): boolean {
  return bare(pattern)
    .split('|')
    .some(part => /(?:[*+]|\{\d+,\})\)*\$$/.test(part) && !/^\(*(?:\?:)?\^/.test(part))
}

test('markup is searched for by the parser alone', () => {
  for (const { name, text } of files) {
    if (name.startsWith('xml/')) continue
    const code = withoutComments(text)
    // Markup in a text or pattern; types in angle brackets are none.
    expect(code, name).not.toMatch(/['"`/]\^?<[/!?A-Za-z]/)
    // A query string is cut at its signs; XML never is.
    if (['protocol/redirect-binding.ts', 'protocol/redirect-query.ts'].includes(name)) continue
    // The place in a list of ours.
    if (name === 'protocol/meets-authn-context.ts') continue
    expect(code, name).not.toMatch(/\.(?:indexOf|lastIndexOf|search|match)\(/)
  }
})

/**
 * Functions at the top of a file, and whom they call: by name, in their own file first, else in the
 * file that exports the name. That covers every function here, because none is declared in another.
 */
const functions = files.flatMap(({ name: file, text }) =>
  Array.from(
    withoutComments(text).matchAll(/^(?:export )?(?:async )?function\*? (\w+)[\s\S]*?^\}$/gm),
    ([body, name = '']) => ({ file, name, body: body.slice(body.indexOf(name) + name.length) }),
  ),
)

function callees({ file, body }: (typeof functions)[number]) {
  const names = new Set(
    Array.from(body.matchAll(/(?<![.\w])(\w+)\b(?=[(,)\]}\s])/g), ([, name = '']) => name),
  )
  // A variable that has the name of a function is none.
  const isVariable = (name: string) =>
    new RegExp(`\\b(?:const|let)\\s+(?:[{[][^=]*)?\\b${name}\\b`).test(body)
  return [...names].flatMap(name => {
    const called = functions.filter(each => each.name === name)
    const own = called.filter(each => each.file === file)
    if (called.length > 0 && isVariable(name)) return []
    return own.length > 0 ? own : called
  })
}

test('no function calls itself, in any number of steps, on what was received', () => {
  const recursive = functions.filter(start => {
    const reached = new Set(callees(start))
    for (const each of reached) for (const next of callees(each)) reached.add(next)
    return reached.has(start)
  })
  expect(functions.length).toBeGreaterThan(150)
  // readMember goes as deep as the parser lets a document go; the others walk what the library itself
  // is about to write.
  expect(recursive.map(({ file, name }) => `${file} ${name}`).sort()).toEqual([
    'metadata/build-metadata.ts groupElement',
    'metadata/fragment.ts holdsWritten',
    'metadata/read-metadata.ts readMember',
    'xml/write.ts flatten',
    'xml/write.ts write',
    'xml/write.ts writeChild',
  ])
})

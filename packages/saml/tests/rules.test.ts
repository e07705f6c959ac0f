/** The rules of the verifier, each named at the place in the sources that keeps it. */
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const rules: readonly (readonly [string, string])[] = [
  [
    'R1',
    'one strict parser: UTF-8, no DOCTYPE, the five predefined entities, no instruction inside',
  ],
  ['R2', 'namespace URIs that every canonicalizer takes; no prefix unbound or bound anew'],
  ['R3', 'limits while parsing'],
  ['R4', 'the grammar of a Signature, and its place'],
  ['R5', 'the Reference names the parent, whose ID is unique'],
  ['R6', 'two transforms'],
  ['R7', 'algorithms from a closed list that fit the key'],
  ['R8', 'pinned keys'],
  ['R9', 'what is read was parsed from what was verified; every failure is an exception'],
  ['R10', 'decoded bytes are compared; canonical base64 alone'],
  ['R11', 'one assertion; the whole text of a leaf'],
  ['R12', 'the checks of the profile'],
  ['R13', 'replay'],
  ['R14', 'decryption'],
  ['R15', 'the Redirect binding works on raw octets and inflates with a cap'],
  ['R16', 'one escaping writer'],
]

const source = new URL('../src/', import.meta.url)
const files = globSync('**/*.ts', { cwd: source.pathname }).filter(
  name => !name.endsWith('.test.ts'),
)

/** The rules that a comment names: `R4`, `R1, R2`, or a range like `R4 to R10`. */
function namedIn(text: string): ReadonlySet<string> {
  const found = new Set(Array.from(text.matchAll(/\bR\d{1,2}\b/g), ([name]) => name))
  // A range says what a whole does; it keeps no rule at a place.
  for (const [range] of text.matchAll(/\bR\d{1,2} to R\d{1,2}\b/g)) {
    for (const end of range.split(' to ')) {
      if (text.split(end).length === 2) found.delete(end)
    }
  }
  return found
}

const named = files.map(file => ({
  file,
  rules: namedIn(readFileSync(new URL(file, source), 'utf8')),
}))
const keepers = (rule: string) => named.filter(each => each.rules.has(rule)).map(({ file }) => file)

test.each(rules.map(([rule, text]) => [rule, text, keepers(rule)] as const))(
  '%s, %s: %j',
  (rule, _, found) => {
    expect(found, rule).not.toEqual([])
  },
)

test('no other rule is named', () => {
  const known = new Set(rules.map(([rule]) => rule))
  expect(named.flatMap(each => [...each.rules]).filter(rule => !known.has(rule))).toEqual([])
})

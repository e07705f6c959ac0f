import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupPattern } from '../../src/import/afp/group-pattern.ts'
import { canDoWithout, python } from './support/python.ts'

/** The old program's rule: anchors where the text has none at its ends, then a search. */
const oldRule = `
import json, re, sys
def decide(regex, name):
    if not regex.startswith('^'): regex = '^' + regex
    if not regex.endswith('$'): regex = regex + '$'
    match = re.search(regex, name)
    if not match: return None
    found = match.groupdict()
    if found.get('account') is None or found.get('role') is None: return None
    return [found['account'], found['role']]
answers = []
for regex, names in json.load(sys.stdin):
    try: answers.append([decide(regex, name) for name in names])
    except (re.error, KeyError): answers.append(None)
json.dump(answers, sys.stdout)
`

/** A class, a literal or a group of a choice, repeated or not. */
const piece = fc
  .tuple(
    fc.constantFrom(
      'a',
      'b',
      '-',
      '[ab]',
      '[^b]',
      '.',
      String.raw`\w`,
      String.raw`\.`,
      '(?:a|ab)',
      '(b|-)',
    ),
    fc.constantFrom('', '', '*', '+', '?', '*?', '{1,2}', '{,2}'),
  )
  .map(([atom, repeat]) => `${atom}${repeat}`)
const some = fc.array(piece, { minLength: 1, maxLength: 3 }).map(parts => parts.join(''))
const branch = fc
  .tuple(fc.constantFrom('', 'a-', '[ab]+'), some, fc.constantFrom('-', '', 'b?'), some)
  .map(
    ([before, account, between, role]) =>
      `${before}(?P<account>${account})${between}(?P<role>${role})`,
  )
const regex = fc
  .tuple(
    fc.constantFrom('', '^', String.raw`\A`),
    branch,
    fc.constantFrom('', '$', String.raw`\$`, '|b+', '$|a', '|^-', String.raw`|a\$`),
  )
  .map(parts => parts.join(''))
const names = fc.array(fc.stringMatching(/^[ab.$-]{0,9}$/), { minLength: 8, maxLength: 8 })

test.skipIf(canDoWithout)(
  "a pattern decides as Python's re did, and where it is stricter only by saying no",
  () => {
    const seed = Date.now() % 0x7fffffff
    const cases = fc.sample(fc.tuple(regex, names), { numRuns: 2000, seed })
    const answers = python(oldRule, cases) as (([string, string] | null)[] | null)[]
    const wrong: unknown[] = []
    const seen = { same: 0, stricter: 0, refused: 0, yes: 0 }
    for (const [index, [old, list]] of cases.entries()) {
      const read = groupPattern(old)
      if (!('pattern' in read)) {
        seen.refused += 1
        continue
      }
      const ours = new RegExp(`^(?:${read.pattern})$`, 'u')
      seen[read.stricter === undefined ? 'same' : 'stricter'] += 1
      for (const [at, name] of list.entries()) {
        const match = ours.exec(name)
        const now = match === null ? null : [match.groups?.account, match.groups?.role]
        const before = answers[index]?.[at] ?? null
        if (now !== null) seen.yes += 1
        if (now === null && read.stricter !== undefined) continue
        if (String(now) !== String(before)) wrong.push({ seed, old, name, now, before })
      }
    }
    expect(wrong).toEqual([])
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20)
  },
)

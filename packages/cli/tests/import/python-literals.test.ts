import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readModule } from '../../src/import/awscons/read-module.ts'
import { createFindings } from '../../src/import/findings.ts'
import type { OldValue } from '../../src/import/old-value.ts'
import { canDoWithout, python } from './support/python.ts'

/** What Python's own reader makes of the last assignment to `x`. */
const oracle = `
import ast, json, sys
def plain(value):
    if isinstance(value, tuple): return [plain(one) for one in value]
    if isinstance(value, list): return [plain(one) for one in value]
    if isinstance(value, dict): return [[plain(k), plain(v)] for k, v in value.items()]
    return value
answers = []
for text in json.load(sys.stdin):
    statement = ast.parse(text).body[-1]
    answers.append(plain(ast.literal_eval(statement.value)))
json.dump(answers, sys.stdout)
`

const plain = (value: OldValue): unknown => {
  switch (value.kind) {
    case 'text':
      return value.text
    case 'list':
      return value.items.map(plain)
    case 'map':
      return [...value.entries].map(([key, entry]) => [key, plain(entry.value)])
    case 'nothing':
      return null
    case 'number':
    case 'truth':
      return value.value
    default:
      return { unread: value.kind }
  }
}

const letters = fc.stringMatching(
  /^(?:[a-z #,:(){}[\]]|é|\\n|\\\\|\\x41|\\'|\\"|\\101|\\q|\\u00e9){0,8}$/,
)
const text = fc.oneof(
  letters.map(inner => `'${inner}'`),
  letters.map(inner => `"${inner}"`),
  letters.map(inner => `'''${inner}\n${inner} '''`),
  letters.map(inner => `"""a\\\n${inner}" """`),
  letters.map(inner => `r'${inner}.'`),
  letters.map(inner => `u"${inner}" 'next' # a comment`),
)
const gap = fc.constantFrom('', ' ', '\n', ' # not a value: [(\n', '\n    ', '\\\n')
const { value } = fc.letrec<{ value: string }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text.map(one => `(${one}\n)`),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map(String),
    fc.constantFrom('True', 'False', 'None', '0x1F', '12_000', '2.5', '1e3'),
    fc
      .tuple(gap, fc.array(tie('value'), { maxLength: 3 }), gap)
      .map(([a, items, b]) => `[${a}${items.join(`${b},${a}`)}${b}]`),
    fc
      .tuple(gap, fc.array(tie('value'), { minLength: 2, maxLength: 3 }), gap)
      .map(([a, items, b]) => `(${a}${items.join(`${b},${a}`)}${b},)`),
    fc
      .tuple(gap, fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }), gap)
      .map(
        ([a, pairs, b]) =>
          `{${a}${pairs.map(([key, one]) => `${key}\n:${a}${one}${b}`).join(`,${a}`)}${b}}`,
      ),
  ),
}))

test.skipIf(canDoWithout)(
  'literals are what Python reads, in whatever way they are written',
  () => {
    const seed = Date.now() % 0x7fffffff
    const texts = fc
      .sample(fc.tuple(value, gap), { numRuns: 1500, seed })
      .map(
        ([one], index) =>
          `"""A text of the file."""\nimport os\nx = ${one}${index % 2 === 0 ? '\n' : ''}`,
      )
    const answers = python(oracle, texts) as unknown[]
    const wrong: unknown[] = []
    for (const [index, source] of texts.entries()) {
      const findings = createFindings()
      const entry = readModule(source, 'config.py', findings).get('x')
      const ours = entry === undefined ? undefined : plain(entry.value)
      if (JSON.stringify(ours) === JSON.stringify(answers[index]) && findings.list.length === 0)
        continue
      wrong.push({ seed, source, ours, theirs: answers[index], findings: findings.list })
    }
    expect(wrong).toEqual([])
  },
)

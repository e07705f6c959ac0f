import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Json, writeJson } from './python-json.ts'

test.each<[Json, string]>([
  [{}, '{}'],
  [[], '[]'],
  [{ a: ['b', null, 7], gone: undefined, c: {} }, '{"a": ["b", null, 7], "c": {}}'],
  ['ä€😀\u007f\n"\\', '"\\u00e4\\u20ac\\ud83d\\ude00\\u007f\\n\\"\\\\"'],
])('%j', (value, text) => {
  expect(writeJson(value)).toBe(text)
})

test('is JSON of the same value, in ASCII', () => {
  const text = fc.string({ unit: 'binary' })
  const value = fc.letrec<{ value: Json }>(tie => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  })).value
  fc.assert(
    fc.property(value, one => {
      const written = writeJson(one)
      expect(written).toMatch(/^[\x20-\x7e]*$/)
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(one)))
    }),
  )
})

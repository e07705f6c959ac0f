import { expect, test } from 'vitest'
import { accountHue, hues } from './hue.ts'

test('a tag chooses the hue; another word does not', () => {
  expect(accountHue({ id: '1', tags: { color: 'Red' } })).toBe('red')
  expect(accountHue({ id: '1', tags: { colour: 'teal' } })).toBe('teal')
  expect(accountHue({ id: '1', tags: { color: 'url(x)' } })).toBe(accountHue({ id: '1', tags: {} }))
})

test('the hue follows from the id and uses the whole palette', () => {
  const ids = Array.from({ length: 200 }, (_, index) => String(100000000000 + index))
  const used = ids.map(id => accountHue({ id, tags: {} }))
  expect(new Set(used)).toEqual(new Set(hues))
  expect(ids.map(id => accountHue({ id, tags: {} }))).toEqual(used)
})

import { expect, test } from 'vitest'
import { boundedMap } from './bounded-map.ts'

test('one entry too many lets go of the oldest', () => {
  const map = boundedMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  map.set('c', 4)
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([3, undefined, 4, 2])
})

test('a sweep lets go of what is over', () => {
  const map = boundedMap<number>(10)
  for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index)
  map.sweep(value => value < 2)
  expect([map.size, map.get('c')]).toEqual([1, 2])
  map.delete('c')
  expect(map.size).toBe(0)
})

import { expect, test } from 'vitest'
import { createShelf } from './session-shelf.ts'

const make = (name: string) => () => ({ name })

test('a value is made once, and is that of its principal alone', () => {
  const shelf = createShelf<{ name: string }>({ most: 10, mostOfOne: 5 })
  const first = shelf.get('a', 'k', make('first'))
  expect(shelf.get('a', 'k', make('second'))).toBe(first)
  expect(shelf.get('b', 'k', make('other')).name).toBe('other')
  expect([...shelf.of('a')]).toEqual([first])
  expect([...shelf.of('nobody')]).toEqual([])
})

test('of one principal, what was unused for longest makes room', () => {
  const shelf = createShelf<{ name: string }>({ most: 10, mostOfOne: 2 })
  for (const key of ['1', '2', '1', '3']) shelf.get('a', key, make(key))
  expect([...shelf.of('a')].map(({ name }) => name)).toEqual(['1', '3'])
  expect(shelf.size).toBe(2)
})

test('of all, the principal who was away for longest makes room', () => {
  const shelf = createShelf<{ name: string }>({ most: 3, mostOfOne: 3 })
  for (const who of ['a', 'b', 'c', 'a', 'd']) shelf.get(who, 'k', make(who))
  expect(['a', 'b', 'c', 'd'].filter(who => [...shelf.of(who)].length > 0)).toEqual(['a', 'c', 'd'])
  shelf.forget('c')
  expect(shelf.size).toBe(2)
  shelf.clear()
  expect([shelf.size, ...shelf.of('a')]).toEqual([0])
})

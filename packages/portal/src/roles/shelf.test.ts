import { describe, expect, test } from 'vitest'
import { emptyShelf, readShelf, recordUse, roleKey, shelfKey, toggleFavourite } from './shelf.ts'

test('a favourite comes and goes', () => {
  const once = toggleFavourite(emptyShelf, 'a')
  expect(toggleFavourite(once, 'b').favourites).toEqual(['a', 'b'])
  expect(toggleFavourite(once, 'a')).toEqual(emptyShelf)
})

test('recents are newest first, each once, eight at most', () => {
  let shelf = emptyShelf
  for (const key of 'abcdefghij') shelf = recordUse(shelf, key)
  shelf = recordUse(shelf, 'e')
  expect(shelf.recents).toEqual(['e', 'j', 'i', 'h', 'g', 'f', 'd', 'c'])
})

test('people who share a browser do not share a shelf', () => {
  expect(shelfKey('corp:alice')).not.toBe(shelfKey('local:alice'))
  expect(roleKey('111122223333', 'Admin')).toBe('111122223333/Admin')
})

describe('readShelf', () => {
  test('reads what was stored', () => {
    const shelf = { favourites: ['a'], recents: ['b', 'a'] }
    expect(readShelf(JSON.stringify(shelf))).toEqual(shelf)
  })

  test.each([null, '', '{', 'null', '7', '[]', '{"favourites":7,"recents":{}}'])(
    'reads %j as empty',
    text => expect(readShelf(text)).toEqual(emptyShelf),
  )

  test('drops what is no key, and what is too much', () => {
    const many = Array.from({ length: 500 }, (_, index) => `k${index}`)
    const shelf = readShelf(JSON.stringify({ favourites: [1, 'a', null, 'a'], recents: many }))
    expect(shelf.favourites).toEqual(['a'])
    expect(shelf.recents).toHaveLength(8)
  })
})

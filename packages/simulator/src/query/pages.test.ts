import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageOf } from './pages.ts'

test('pages together are the list, in order, each item once', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      (items, size) => {
        const seen: string[] = []
        let token: string | undefined
        do {
          const page = pageOf(items, item => item, token, size)
          if (page === undefined) throw new Error('the token is not taken')
          expect(page.items.length).toBeLessThanOrEqual(size)
          seen.push(...page.items)
          token = page.next
        } while (token !== undefined)
        expect(seen).toEqual(items.toSorted((a, b) => (a < b ? -1 : 1)))
      },
    ),
  )
})

test('a token that is none is told', () => {
  expect(pageOf(['a'], item => item, 'x', 1)).toBeUndefined()
})

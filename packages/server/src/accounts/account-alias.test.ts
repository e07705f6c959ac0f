import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountAliases } from './account-alias.ts'

const aliasesOf = (names: readonly string[], declared: readonly string[] = []) => [
  ...accountAliases(
    names.map((name, at) => ({ id: String(100_000_000_000 + at), name })),
    new Set(declared),
  ).values(),
]

test.each([
  ['Production', 'production'],
  ['Größe & Co (Prod)', 'grosse-co-prod'],
  ['Äpfel—Ço', 'apfel-co'],
  ['  --x--  ', 'x'],
  ['a'.repeat(50), 'a'.repeat(32)],
  ['開発', 'account-100000000000'],
  ['prod-999999999999', 'prod-999999999999-100000000000'],
])('%s is %s', (name, alias) => {
  expect(aliasesOf([name])).toEqual([alias])
})

test('of accounts whose names come to the same, none has it', () => {
  expect(aliasesOf(['Prod', 'prod!', 'Test'])).toEqual([
    'prod-100000000000',
    'prod-100000000001',
    'test',
  ])
})

test('a declared alias is taken from nobody', () => {
  expect(aliasesOf(['Prod'], ['prod'])).toEqual(['prod-100000000000'])
})

test('aliases are what a file could say, and no two are the same, whatever the names are', () => {
  const name = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom('prod', 'Prod', 'prod-100000000001', 'account-100000000000', 'a-100000000002'),
  )
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), names => {
      const aliases = aliasesOf(names, ['prod', 'declared'])
      expect(new Set([...aliases, 'prod', 'declared']).size).toBe(names.length + 2)
      for (const alias of aliases) expect(alias).toMatch(/^[a-z0-9][a-z0-9-]{0,31}$/)
    }),
  )
})

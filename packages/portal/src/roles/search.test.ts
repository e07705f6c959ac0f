import type { AccountView } from '@rolecall/server/api'
import { describe, expect, test } from 'vitest'
import { searchRoles } from './search.ts'
import { summaryText } from './summary.ts'

function account(alias: string, id: string, name: string, roles: readonly string[]): AccountView {
  return {
    alias,
    id,
    name,
    partition: 'aws',
    tags: {},
    roles: roles.map(role => ({
      name: role,
      arn: `arn:aws:iam::${id}:role/${role}`,
      grant: role,
      reason: 'a group',
      durationSeconds: 3600,
      forms: ['console', 'credentials'],
      consoleHref: `/console/${alias}/${role}`,
    })),
  }
}

const accounts = [
  account('dev', '111122223333', 'Development', ['ReadOnlyAccess', 'AdministratorAccess']),
  account('prod', '444455556666', 'Production', ['ReadOnlyAccess', 'AdministratorAccess']),
  account('prod-data', '777788889999', 'Data lake', ['DataAnalyst', 'Admin']),
]

const found = (query: string) =>
  searchRoles(accounts, query).flatMap(({ account, roles }) =>
    roles.map(({ role }) => `${account.alias}/${role.name}`),
  )

describe('searchRoles', () => {
  test('an empty query keeps everything as it is, unmarked', () => {
    const all = searchRoles(accounts, '  ')
    expect(all.map(({ account }) => account)).toEqual(accounts)
    expect(all.flatMap(({ roles }) => roles).every(({ marks }) => marks.length === 0)).toBe(true)
    expect(found('')).toHaveLength(6)
  })

  test('whole beats start, and equal hits keep their order', () => {
    expect(found('admin')).toEqual([
      'prod-data/Admin',
      'dev/AdministratorAccess',
      'prod/AdministratorAccess',
    ])
  })

  test('every word must be found, in any field and order', () => {
    expect(found('prod admin')).toEqual(found('ADMIN prod'))
    expect(found('production admin')).toEqual(['prod/AdministratorAccess'])
    expect(found('admin nowhere')).toEqual([])
  })

  test('the account of the best hit stands first', () => {
    expect(found('prod')[0]).toBe('prod/ReadOnlyAccess')
    expect(found('data')[0]).toBe('prod-data/DataAnalyst')
  })

  test('ids are found whole, in part and with dashes', () => {
    expect(found('444455556666')).toHaveLength(2)
    expect(found('4444-5555-6666')).toHaveLength(2)
    expect(found('888 analyst')).toEqual(['prod-data/DataAnalyst'])
    expect(searchRoles(accounts, '5555')[0]?.marks.id).toEqual([[4, 8]])
  })

  test('letters with gaps count only when nothing matches as written', () => {
    expect(found('roa')).toEqual(['dev/ReadOnlyAccess', 'prod/ReadOnlyAccess'])
    expect(found('da')).toEqual(['prod-data/DataAnalyst', 'prod-data/Admin'])
  })

  test('marks show what was found', () => {
    const [first] = searchRoles(accounts, 'production admin')
    expect(first?.marks.name).toEqual([[0, 10]])
    expect(first?.roles[0]?.marks).toEqual([[0, 5]])
  })

  test('a very long query is cut, not refused', () => {
    expect(found(`admin${' '.repeat(200)}nowhere`)).toHaveLength(3)
  })
})

test('summaryText counts in words', () => {
  expect(summaryText(searchRoles(accounts, ''), false)).toBe('6 roles in 3 accounts')
  expect(summaryText(searchRoles(accounts, 'analyst'), true)).toBe(
    '1 role in 1 account · Enter opens the first',
  )
  expect(summaryText([], true)).toBe('Nothing found')
  expect(summaryText([], false)).toBe('')
})

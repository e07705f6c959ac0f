import { expect, test } from 'vitest'
import type { Account } from '../nouns.ts'
import { accountKey, catalogOf, createCatalog } from './catalog.ts'

const account = (alias: string, id: string, over: Partial<Account> = {}): Account => ({
  alias,
  id,
  partition: 'aws',
  name: alias,
  tags: {},
  ...over,
})
const prod = account('prod', '111122223333')

test('declared accounts alone are complete, and have no roles that are known', () => {
  const catalog = catalogOf([prod])
  expect(catalog.state).toBe('ready')
  expect(catalog.account('prod')).toBe(prod)
  expect(catalog.account('Prod')).toBeUndefined()
  expect(catalog.account('toString')).toBeUndefined()
  expect(catalog.roles(prod)).toBeUndefined()
})

test('the earlier of two accounts with one alias is taken', () => {
  const usurper = account('prod', '999988887777')
  const china = account('china', prod.id, { partition: 'aws-cn' })
  expect(catalogOf([prod, usurper, china]).accounts).toEqual([prod, china])
})

test('roles belong to the account of one partition', () => {
  const roles = new Map([[accountKey(prod), []]])
  const catalog = createCatalog({ version: 7, state: 'partial', accounts: [prod], roles })
  expect(catalog.roles(prod)).toEqual([])
  expect(catalog.roles(account('china', prod.id, { partition: 'aws-cn' }))).toBeUndefined()
})

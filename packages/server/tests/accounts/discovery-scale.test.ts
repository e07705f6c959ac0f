import { expect, test } from 'vitest'
import type { Discovery } from '../../src/accounts/index.ts'
import { discover, role, rolesOf, worldAccount, worldOf } from './discovered-world.ts'

const roles = 20

/** How many requests AWS gets for the first reading of so many accounts, and for the next one. */
async function requestsFor(size: number) {
  const accounts = Array.from({ length: size }, (_, index) =>
    worldAccount(
      String(200_000_000_000 + index),
      `account-${index}`,
      Array.from({ length: roles }, (_, at) =>
        role(`Role${at}`, { tags: { 'rolecall:groups': `team-${index}` } }),
      ),
    ),
  )
  const { discovery, simulator, clock } = await discover(worldOf(...accounts))
  const readAll = async () => {
    const before = simulator.calls()[0]?.number ?? 0
    await discovery.refresh()
    return (simulator.calls()[0]?.number ?? 0) - before
  }
  const first = await readAll()
  clock.now += 60_000
  return { first, again: await readAll(), tagged: taggedRoles(discovery) }
}

function taggedRoles(discovery: Discovery): number {
  const catalog = discovery.catalog()
  return catalog.accounts
    .flatMap(account => catalog.roles(account) ?? [])
    .filter(({ tags }) => tags?.['rolecall:groups'] !== undefined).length
}

test('what is asked of AWS grows with the accounts and no faster', async () => {
  const few = await requestsFor(5)
  const many = await requestsFor(15)
  expect(few.tagged).toBe(5 * roles)
  expect(many.tagged).toBe(15 * roles)
  // Of each account: its tags, its reading role, its list, and the tags of that role and of the others.
  expect(many.first - few.first).toBe(10 * (3 + 1 + roles))
  // Tags of roles are not due yet.
  expect(many.again - few.again).toBe(10 * 3)
})

test('an account with very many tags loses roles, and not the others theirs', async () => {
  const tags = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`${index}`.padEnd(128, 'k'), 'v'.repeat(256)]),
  )
  const fat = Array.from({ length: 460 }, (_, index) => role(`Role${index}`, { tags }))
  const { discovery, told } = await discover(
    worldOf(
      worldAccount('200000000001', 'fat', fat),
      worldAccount('200000000002', 'lean', [role('Admin')]),
    ),
  )
  await discovery.refresh()
  expect(rolesOf(discovery, 'lean')).toEqual(['Admin', 'Reader'])
  expect(rolesOf(discovery, 'fat')?.length).toBeLessThan(460)
  expect(told).toEqual([expect.stringMatching(/^fat: bad_answer: .* are longer than 8388608/)])
})

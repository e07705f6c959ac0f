import { startSimulator } from '@rolecall/simulator'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Account } from '../../src/index.ts'
import {
  discover,
  everything,
  management,
  reader,
  role,
  rolesOf,
  trustOf,
  worldAccount,
  worldOf,
} from './discovered-world.ts'

const minute = 60_000
const prodId = '100000000002'
const testId = '100000000003'
const admin = role('Admin', {
  path: '/ops/',
  description: 'Everything',
  maxSessionDuration: 7200,
  tags: { 'rolecall:groups': 'admins ops' },
})
const world = worldOf(
  worldAccount(prodId, 'Größe & Co', [admin, role('Support')], { tags: { stage: 'prod' } }),
  worldAccount(testId, 'Test', [role('Admin')]),
)
const { roles: rolesOnly, keepMs } = everything
const declared = (alias: string, id: string, over: Partial<Account> = {}): Account => ({
  alias,
  id,
  partition: 'aws',
  name: alias,
  tags: {},
  ...over,
})

describe('what is found', () => {
  test('accounts with names and tags, roles with paths, tags and their longest session', async () => {
    const { discovery } = await discover(world)
    expect(discovery.catalog()).toMatchObject({ state: 'loading', accounts: [] })
    await discovery.refresh()
    const catalog = discovery.catalog()
    expect(catalog.state).toBe('ready')
    expect(catalog.accounts.map(({ alias }) => alias)).toEqual(['grosse-co', 'management', 'test'])
    const prod = catalog.account('grosse-co')
    expect(prod).toEqual({
      alias: 'grosse-co',
      id: prodId,
      partition: 'aws',
      name: 'Größe & Co',
      tags: { stage: 'prod' },
    })
    expect(prod && catalog.roles(prod)?.filter(({ name }) => name === 'Admin')).toEqual([
      {
        arn: `arn:aws:iam::${prodId}:role/ops/Admin`,
        name: 'Admin',
        path: '/ops/',
        description: 'Everything',
        tags: { 'rolecall:groups': 'admins ops' },
        maxSessionSeconds: 7200,
      },
    ])
    expect(rolesOf(discovery, 'test')).toEqual(['Admin', 'Reader'])
  })

  test('declared accounts win, by their alias and by their id', async () => {
    const { discovery } = await discover(
      worldOf(worldAccount(prodId, 'Shop'), worldAccount(testId, 'Main')),
      { accounts: [declared('main', prodId), declared('other', '999999999999')] },
    )
    await discovery.refresh()
    const { accounts } = discovery.catalog()
    expect(accounts.map(({ alias, id }) => [alias, id])).toEqual([
      ['main', prodId],
      ['other', '999999999999'],
      [`main-${testId}`, testId],
      ['management', management],
    ])
  })

  test('suspended and excluded accounts are none, and a suspended one still holds its name', async () => {
    const { organizations } = everything
    const { discovery } = await discover(
      worldOf(
        worldAccount(prodId, 'Shop', [], { state: 'SUSPENDED' }),
        worldAccount(testId, 'Shop'),
        worldAccount('100000000004', 'Secret'),
      ),
      {
        discovery: {
          ...everything,
          organizations: organizations && { ...organizations, exclude: ['100000000004'] },
        },
      },
    )
    await discovery.refresh()
    const { accounts } = discovery.catalog()
    expect(accounts.map(({ alias }) => alias)).toEqual(['management', `shop-${testId}`])
  })

  test('roles of AWS itself are left out, and those outside of the path', async () => {
    const roles = [
      role('AWSServiceRoleForX', { path: '/aws-service-role/x.amazonaws.com/' }),
      role('AWSReservedSSO_A', { path: '/aws-reserved/sso.amazonaws.com/' }),
      role('Admin'),
      role('Ops', { path: '/people/' }),
    ]
    const all = await discover(worldOf(), {
      accounts: [declared('own', management)],
      discovery: { organizations: undefined, roles: rolesOnly, keepMs },
    })
    await all.discovery.refresh()
    expect(rolesOf(all.discovery, 'own')).toEqual(['Reader'])
    const some = await discover(worldOf(worldAccount(prodId, 'Prod', roles)), {
      discovery: { ...everything, roles: rolesOnly && { ...rolesOnly, pathPrefix: '/people/' } },
    })
    await some.discovery.refresh()
    expect(rolesOf(some.discovery, 'prod')).toEqual(['Ops'])
    const whole = await discover(worldOf(worldAccount(prodId, 'Prod', roles)))
    await whole.discovery.refresh()
    expect(rolesOf(whole.discovery, 'prod')).toEqual(['Admin', 'Ops', 'Reader'])
  })

  test('accounts of another partition are not asked with credentials of ours', async () => {
    const { discovery, asked } = await discover(worldOf(), {
      accounts: [declared('china', prodId, { partition: 'aws-cn' })],
      discovery: { organizations: undefined, roles: rolesOnly, keepMs },
    })
    await discovery.refresh()
    expect(asked()).toEqual([])
    expect(rolesOf(discovery, 'china')).toBeUndefined()
  })

  test('an account that is reached through a role is read through it', async () => {
    const hub = role('Hub', { mayAssume: ['arn:aws:iam::*:role/*'] })
    const behind = { ...reader, trust: trustOf('Hub') }
    const { accounts, organization } = worldOf({ id: prodId, name: 'Prod', roles: [behind] })
    const [home, ...others] = accounts
    if (home === undefined || organization === undefined) throw new Error('there is no world')
    const { discovery } = await discover(
      { accounts: [{ ...home, roles: [...(home.roles ?? []), hub] }, ...others], organization },
      {
        accounts: [
          declared('prod', prodId, {
            via: { kind: 'role', roleArn: `arn:aws:iam::${management}:role/Hub` },
          }),
          declared('again', management),
        ],
        discovery: { organizations: undefined, roles: rolesOnly, keepMs },
      },
    )
    await discovery.refresh()
    expect(rolesOf(discovery, 'prod')).toEqual(['Reader'])
  })

  test('without tags nobody is asked for them', async () => {
    const { organizations } = everything
    const { discovery, asked } = await discover(world, {
      discovery: {
        organizations: organizations && { ...organizations, tags: false },
        roles: rolesOnly && { ...rolesOnly, tags: false },
        keepMs,
      },
    })
    await discovery.refresh()
    expect(new Set(asked())).toEqual(new Set(['ListAccounts', 'AssumeRole', 'ListRoles']))
    expect(rolesOf(discovery, 'grosse-co')).toEqual(['Admin', 'Reader', 'Support'])
    const catalog = discovery.catalog()
    const [account] = catalog.accounts
    expect(account?.tags).toBeUndefined()
    expect(account && catalog.roles(account)?.map(({ tags }) => tags)).toContain(undefined)
  })
})

describe('when AWS does not answer', () => {
  test('one account that cannot be read does not spoil the others, and it is told once', async () => {
    const closed = worldAccount(testId, 'Test')
    const { discovery, told } = await discover(
      worldOf(worldAccount(prodId, 'Prod', [role('Admin')]), { ...closed, roles: [] }),
    )
    await discovery.refresh()
    await discovery.refresh()
    expect(discovery.catalog().state).toBe('partial')
    expect(rolesOf(discovery, 'prod')).toEqual(['Admin', 'Reader'])
    expect(rolesOf(discovery, 'test')).toBeUndefined()
    expect(told).toEqual([expect.stringMatching(/^test: AccessDenied: .*sts:AssumeRole/)])
    expect(
      discovery.report().accounts.find(({ account }) => account.alias === 'test'),
    ).toMatchObject({
      from: 'organization',
      readAt: undefined,
      problem: { message: expect.any(String) },
    })
  })

  test('what was read last counts for as long as it is kept, and not a moment longer', async () => {
    const { discovery, simulator, clock, told } = await discover(world)
    await discovery.refresh()
    const before = discovery.catalog()
    simulator.faults.add({ error: { status: 400, code: 'ServiceFailure', message: 'down' } })
    clock.now += keepMs - 1
    await discovery.refresh()
    expect(discovery.catalog().accounts).toEqual(before.accounts)
    expect(rolesOf(discovery, 'test')).toEqual(['Admin', 'Reader'])
    expect(told.toSorted()).toEqual([
      'grosse-co: ServiceFailure: down',
      'management: ServiceFailure: down',
      'organization: ServiceFailure: down',
      'test: ServiceFailure: down',
    ])
    clock.now += 1
    expect(discovery.catalog().accounts).toEqual([])
    simulator.faults.clear()
    await discovery.refresh()
    expect(rolesOf(discovery, 'test')).toEqual(['Admin', 'Reader'])
    expect(discovery.catalog().state).toBe('ready')
  })

  test('a role whose tags cannot be read does not count, one whose tags were read counts on', async () => {
    const { discovery, simulator, clock } = await discover(world)
    simulator.faults.add({
      error: { status: 403, code: 'AccessDenied' },
      operation: 'ListRoleTags',
      count: 1,
    })
    await discovery.refresh()
    const before = ['grosse-co', 'test', 'management'].flatMap(alias => rolesOf(discovery, alias))
    expect(before).toHaveLength(5)
    expect(discovery.catalog().state).toBe('partial')
    await discovery.refresh()
    expect(discovery.catalog().state).toBe('ready')
    expect(rolesOf(discovery, 'grosse-co')).toHaveLength(3)
    // Tags of a quarter of an hour before are good for another hour and three quarters.
    simulator.faults.add({
      error: { status: 403, code: 'AccessDenied' },
      operation: 'ListRoleTags',
    })
    for (const minutes of [60, 59]) {
      clock.now += minutes * minute
      await discovery.refresh()
      expect(rolesOf(discovery, 'grosse-co')).toHaveLength(3)
    }
    clock.now += minute
    await discovery.refresh()
    expect(rolesOf(discovery, 'grosse-co')).toEqual([])
  })

  test('throttling is waited out', async () => {
    const { discovery, simulator } = await discover(world)
    simulator.faults.add({ error: 'throttling', service: 'IAM', count: 8 })
    await discovery.refresh()
    expect(discovery.catalog().state).toBe('ready')
    expect(rolesOf(discovery, 'grosse-co')).toHaveLength(3)
  })
})

describe('time', () => {
  test('tags are read again when they are due, not with every reading', async () => {
    const { discovery, clock, asked } = await discover(world)
    await discovery.refresh()
    expect(asked().filter(name => name === 'ListRoleTags')).toHaveLength(6)
    clock.now += 15 * minute
    await discovery.refresh()
    expect(asked().filter(name => name === 'ListRoleTags')).toHaveLength(0)
    clock.now += 15 * minute
    await discovery.refresh()
    expect(asked().filter(name => name === 'ListRoleTags')).toHaveLength(6)
  })

  test('the catalogue changes only when what it says does', async () => {
    const { discovery, clock } = await discover(world)
    await discovery.refresh()
    const before = discovery.catalog()
    clock.now += 40 * minute
    await discovery.refresh()
    expect(discovery.catalog()).toBe(before)
  })

  test('a clock that was set back makes nothing count that was read later than now', async () => {
    const { discovery, clock } = await discover(world)
    await discovery.refresh()
    clock.now -= 24 * 60 * minute
    await discovery.reload()
    expect(rolesOf(discovery, 'test')).toBeUndefined()
    await discovery.refresh()
    expect(rolesOf(discovery, 'test')).toEqual(['Admin', 'Reader'])
  })

  test('it reads by itself, and at once when AWS refused a role', { timeout: 45_000 }, async () => {
    const { discovery, clock, asked } = await discover(world)
    discovery.start()
    await vi.waitFor(() => expect(discovery.catalog().state).toBe('ready'), { timeout: 20_000 })
    asked()
    const test = discovery.catalog().account('test')
    if (test === undefined) throw new Error('there is no such account')
    clock.now += minute
    discovery.doubt(test, 'Admin')
    const after: string[] = []
    await vi.waitFor(
      () => {
        after.push(...asked())
        expect(after).toEqual(['AssumeRole', 'ListRoles', 'ListRoleTags'])
      },
      { timeout: 20_000 },
    )
  })
})

describe('the store', () => {
  test('a restart has it at once, without asking AWS', async () => {
    const { discovery, again, asked } = await discover(world)
    await discovery.refresh()
    await discovery.close()
    asked()
    const next = await again()
    expect(next.catalog().state).toBe('ready')
    expect(rolesOf(next, 'test')).toEqual(['Admin', 'Reader'])
    expect(next.catalog().account('grosse-co')?.tags).toEqual({ stage: 'prod' })
    expect(asked()).toEqual([])
  })

  test('what another process reads is taken over', async () => {
    const { discovery, again } = await discover(world)
    const command = await again()
    await command.refresh()
    expect(discovery.catalog().accounts).toEqual([])
    await discovery.reload()
    expect(rolesOf(discovery, 'test')).toEqual(['Admin', 'Reader'])
  })

  test('what was read in another way, or is damaged, does not count', async () => {
    const { discovery, again, store } = await discover(world)
    await discovery.refresh()
    await store.db
      .updateTable('discoveries')
      .set({ basis: 'other' })
      .where('key', '=', `aws:${testId}`)
      .execute()
    await store.db
      .updateTable('discoveries')
      .set({ body: '{"roles": 7}' })
      .where('key', '=', `aws:${prodId}`)
      .execute()
    const next = await again()
    expect(rolesOf(next, 'test')).toBeUndefined()
    expect(rolesOf(next, 'grosse-co')).toBeUndefined()
    expect(rolesOf(next, 'management')).toEqual(['Reader'])
  })

  test('an account that leaves the organization leaves the store', async () => {
    const first = await discover(world)
    await first.discovery.refresh()
    const simulator = await startSimulator({
      world: worldOf(worldAccount(testId, 'Test')),
      now: () => new Date(first.clock.now),
    })
    onTestFinished(() => simulator.close())
    const second = await discover(world, {}, { simulator, store: first.store })
    expect(second.discovery.catalog().accounts).toHaveLength(3)
    await second.discovery.refresh()
    expect(second.discovery.catalog().accounts.map(({ alias }) => alias)).toEqual([
      'management',
      'test',
    ])
    const rows = await first.store.db.selectFrom('discoveries').select('key').execute()
    expect(rows.map(({ key }) => key)).toEqual([
      `aws:${management}`,
      `aws:${testId}`,
      'organization',
    ])
  })
})

test('a new configuration keeps what it still wants, and drops the rest at once', async () => {
  const at = await discover(world)
  await at.discovery.refresh()
  at.asked()
  at.config = {
    ...at.config,
    discovery: { ...everything, organizations: undefined },
    accounts: [declared('shop', testId)],
  }
  await at.discovery.reload()
  expect(at.discovery.catalog().accounts.map(({ alias }) => alias)).toEqual(['shop'])
  expect(rolesOf(at.discovery, 'shop')).toEqual(['Admin', 'Reader'])
  at.config = {
    ...at.config,
    discovery: {
      ...everything,
      organizations: undefined,
      roles: rolesOnly && { ...rolesOnly, pathPrefix: '/ops/' },
    },
  }
  await at.discovery.reload()
  expect(rolesOf(at.discovery, 'shop')).toBeUndefined()
  at.config = { ...at.config, discovery: undefined }
  await at.discovery.reload()
  expect(at.discovery.catalog()).toMatchObject({ state: 'ready' })
  expect(at.asked()).toEqual([])
})

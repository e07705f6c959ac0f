/** The gateway as a program has it: over discovered accounts, for principals that the program names. */
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Broker, type BrokerPrincipal, createBroker, openStore } from '../src/index.ts'
import { discover, role, worldAccount, worldOf } from './accounts/discovered-world.ts'
import { startGateway } from './gateway.ts'
import { grantRule, rolesOf } from './support/grant-rules.ts'

const minute = 60_000
const group = { groups: ['platform'] }
let world: Awaited<ReturnType<typeof discover>>
let broker: Broker

/** A broker on a store of its own, over an organization with one account. */
beforeEach(async () => {
  const [base, discovered] = await Promise.all([
    startGateway(),
    discover(worldOf(worldAccount('100000000002', 'Prod', [role('Admin')]))),
  ])
  await base.close()
  world = discovered
  const store = await openStore(':memory:')
  broker = await createBroker({
    config: {
      ...base.config,
      ...world.config,
      aws: { ...world.config.aws, sourceIdentity: false },
      grants: [grantRule({ name: 'all', ...group, target: rolesOf('*', 'Admin') })],
    },
    store,
    now: () => new Date(world.clock.now),
    warn: () => undefined,
  })
  onTestFinished(async () => {
    await broker.close()
    await store.close()
  })
})

test('a broker gives the roles that are discovered, and reads them anew when AWS refuses one', async () => {
  const alice = broker.forPrincipal({ username: 'alice', ...group })
  await broker.discovery.refresh()
  expect(broker.discovery.report().accounts.map(({ account }) => account.alias)).toContain('prod')
  expect(alice.offers().map(({ account, roleName }) => [account.alias, roleName])).toEqual([
    ['prod', 'Admin'],
  ])
  world.asked()
  world.clock.now += minute
  world.simulator.faults.add({
    error: { status: 403, code: 'AccessDenied' },
    operation: 'AssumeRole',
    count: 1,
  })
  const prod = { account: 'prod', role: 'Admin' }
  await expect(alice.credentials(prod)).rejects.toMatchObject({ code: 'aws-refused' })
  const after: string[] = []
  await expect
    .poll(() => after.push(...world.asked()) && after, { timeout: 20_000 })
    .toContain('ListRoles')
  world.clock.now += minute
  const { assumedRoleArn } = await alice.credentials(prod)
  expect(assumedRoleArn).toBe('arn:aws:sts::100000000002:assumed-role/Admin/alice')
})

test.each<[string, BrokerPrincipal]>([
  ['a source with a colon', { username: 'alice', source: 'company:x' }],
  ['no name', { username: '' }],
  ['a name that cannot be seen', { username: 'alice\u200b' }],
])('a broker refuses a principal with %s', (_, principal) => {
  expect(() => broker.forPrincipal(principal)).toThrow(
    expect.objectContaining({ code: 'bad-principal' }),
  )
})

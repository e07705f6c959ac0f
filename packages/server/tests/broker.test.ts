/** The gateway as a program has it: over discovered accounts, for principals that the program names. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Broker, type BrokerPrincipal, createBroker, openStore } from '../src/index.ts'
import { discover, role, worldAccount, worldOf } from './accounts/discovered-world.ts'
import { startGateway } from './gateway.ts'
import { grantRule, rolesOf } from './support/grant-rules.ts'

const minute = 60_000
const group = { groups: ['platform'] }
let world: Awaited<ReturnType<typeof discover>>
let broker: Broker
/** What the sink of the audit log was sent. */
let sent: string

/** A broker on a store of its own, over an organization with one account. */
beforeEach(async () => {
  const [base, discovered] = await Promise.all([
    startGateway(),
    discover(worldOf(worldAccount('100000000002', 'Prod', [role('Admin')]))),
  ])
  await base.close()
  world = discovered
  sent = ''
  const sink = createServer(async (request, answer) => {
    for await (const chunk of request) sent += chunk
    answer.end()
  }).listen(0, '127.0.0.1')
  await once(sink, 'listening')
  const address = sink.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`
  const store = await openStore(':memory:')
  broker = await createBroker({
    config: {
      ...base.config,
      ...world.config,
      aws: { ...world.config.aws, sourceIdentity: false },
      audit: {
        sinks: [
          {
            ...{ id: 'siem', from: 'now', format: 'jsonl', ca: undefined },
            target: { kind: 'webhook', url, headers: {}, secret: undefined },
          },
        ],
      },
      grants: [grantRule({ name: 'all', ...group, target: rolesOf('*', 'Admin') })],
    },
    store,
    now: () => new Date(world.clock.now),
    warn: () => undefined,
  })
  onTestFinished(async () => {
    await broker.close()
    await store.close()
    sink.closeAllConnections()
    sink.close()
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
  // A program's events go where those of the gateway do.
  await expect.poll(() => sent, { timeout: 20_000 }).toContain('delivery.credentials')
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

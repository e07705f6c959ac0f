/** The gateway while accounts are read, and why somebody may take a role there. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signedIn, startGateway, type TestGateway } from '../gateway.ts'
import { expectFacts } from '../support/event-facts.ts'
import { everything } from './discovered-world.ts'

let at: TestGateway
let cookie: string
beforeAll(async () => {
  at = await startGateway()
  const browser = await signedIn(at)
  cookie = `rolecall=${browser.cookies(at.url).get('rolecall')}`
})
afterAll(() => at.close())

const get = async (url: string) => {
  const answer = await at.gateway.app.inject({ url, headers: { cookie } })
  return { status: answer.statusCode, body: answer.json() }
}

test('a role that is given is explained by its grant', async () => {
  const { status, body } = await get('/api/v1/explain?role=sandbox/Developer')
  expect([status, body.allowed]).toEqual([200, true])
  expect(body.grants[0]).toMatchObject({ name: 'sandbox-Developer', line: 1, verdict: 'given' })
})

test('so is one that is not, and what is no role is refused', async () => {
  const { body } = await get('/api/v1/explain?role=prod/Nothing')
  expect(body).toMatchObject({ allowed: false, grants: [] })
  expect((await get('/api/v1/explain?role=a/b/c')).status).toBe(400)
  expect((await at.gateway.app.inject({ url: '/api/v1/explain?role=a/b' })).statusCode).toBe(401)
})

test('the roles say that the first reading is under way, and no longer once it is over', async () => {
  expect((await get('/api/v1/roles')).body.reading).toBeUndefined()
  // Nothing answers there: what is tried has failed, which ends the first reading as well.
  const roles = everything.roles && { ...everything.roles, name: 'NotThere' }
  const discovery = { ...everything, organizations: undefined, roles }
  at.simulator.faults.add({ operation: 'AssumeRole', latencyMs: 4000 })
  await at.gateway.reload({ ...at.config, discovery })
  expect((await get('/api/v1/roles')).body).toMatchObject({ reading: { of: 2 } })
  at.simulator.faults.clear()
  await expect
    .poll(async () => (await get('/api/v1/roles')).body.reading, { timeout: 20_000 })
    .toBeUndefined()
  expect(at.gateway.discovery.catalog().state).toBe('partial')
  const events = await at.gateway.audit.recent({ type: 'discovery.changed' })
  expectFacts(events, ['discovery.changed'])
  expect(events.map(({ event }) => [event.account, event.result]).toSorted()).toEqual([
    ['prod', 'error'],
    ['sandbox', 'error'],
  ])
  // Literal grants need no discovery.
  expect((await get('/api/v1/roles')).body.accounts.length).toBeGreaterThan(0)
})

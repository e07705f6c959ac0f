/** `rolecall agent` at an AWS that does not do as it should. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startFaultAgent } from '../support/fault-agent.ts'
import { faultWorld } from '../support/fault-world.ts'

test('AWS that is away is told to callers, and asked again when it is back', async () => {
  const world = await faultWorld()
  await world.down()
  const agent = await startFaultAgent(world)
  const away = await agent.ask()
  expect(away.status).toBe(503)
  expect(away.body).toMatchObject({ Code: 'CredentialsUnavailable' })
  expect(away.body.Message).toMatch(/ECONNREFUSED/)
  await world.up()
  const until = Date.now() + 20_000
  while ((await agent.ask()).status !== 200 && Date.now() < until) await sleep(100)
  expect((await agent.ask()).status).toBe(200)
  expect(world.called('AssumeRole')).toBe(1)
  const { code, err, log } = await agent.end()
  expect(code).toBe(0)
  expect(err).toContain('warning: r has no credentials now: ')
  expect(log).toContain('"status":503,"result":"unavailable"')
}, 40_000)

test('a storm of 503 costs its callers nothing while the credentials last', async () => {
  const world = await faultWorld()
  const agent = await startFaultAgent(world)
  world.simulator.faults.add({ error: { status: 503 } })
  const answers = await Promise.all(Array.from({ length: 100 }, agent.ask))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(world.called('AssumeRole')).toBe(1)
  await agent.end()
})

test('a clock that is 20 minutes behind: one session, its end by that clock, one warning', async () => {
  const world = await faultWorld()
  world.simulator.faults.add({ clockOffsetSeconds: 1200 })
  const agent = await startFaultAgent(world)
  const { status, body } = await agent.ask()
  expect(status).toBe(200)
  const left = new Date(body.Expiration).getTime() - Date.now()
  expect(left).toBeGreaterThan(800_000)
  expect(left).toBeLessThan(905_000)
  // One refused for its time, one right.
  expect(world.called('AssumeRole')).toBe(2)
  const { err } = await agent.end()
  expect(
    err.match(/the clock of this machine is 1[12]\d\d seconds behind that of AWS/g),
  ).toHaveLength(1)
})

/** Credentials that end in the middle of a burst of callers. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startFaultAgent } from '../support/fault-agent.ts'
import { faultWorld } from '../support/fault-world.ts'

const callers = 500

test('of 500 callers of the agent nobody gets ended credentials, and one refresh serves all', async () => {
  const world = await faultWorld()
  // A clock so far behind is let pass, and leaves a session of 900 seconds twelve; the refresh takes until after them.
  world.simulator.faults.add({ operation: 'AssumeRole', clockOffsetSeconds: -888, count: 1 })
  const agent = await startFaultAgent(world)
  const first = await agent.ask()
  expect(first.status).toBe(200)
  const end = new Date(first.body.Expiration).getTime()
  expect(end - Date.now()).toBeLessThan(12_000)
  world.simulator.faults.add({ operation: 'AssumeRole', latencyMs: 6000 })
  const seen = new Map<string, number>()
  const caller = async () => {
    for (;;) {
      const { status, body, sentAt } = await agent.ask()
      expect(status).toBe(200)
      // By the second in which the agent answered: this process is busy with the callers.
      expect(new Date(body.Expiration).getTime()).toBeGreaterThan(sentAt)
      seen.set(body.AccessKeyId, (seen.get(body.AccessKeyId) ?? 0) + 1)
      if (body.AccessKeyId !== first.body.AccessKeyId) return
      await sleep(250)
    }
  }
  await sleep(Math.max(0, end - 2500 - Date.now()))
  await Promise.all(Array.from({ length: callers }, caller))
  expect([...seen.keys()]).toHaveLength(2)
  expect(seen.get(first.body.AccessKeyId)).toBeGreaterThan(callers / 2)
  expect(world.called('AssumeRole')).toBe(2)
  expect((await agent.end()).code).toBe(0)
}, 40_000)

import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createAudit } from '../audit/index.ts'
import { openStore } from '../store/index.ts'
import { foldEvents } from './fold-events.ts'

async function start() {
  const store = await openStore(':memory:')
  const clock = { now: new Date('2026-01-01T00:00:00Z') }
  const audit = createAudit(store, { now: () => clock.now })
  const record = foldEvents(audit, () => clock.now)
  const refuse = (key: string) =>
    record(key, { type: 'access.refused', result: 'refused', reason: key })
  const events = async () => (await audit.recent({ limit: 1000 })).map(({ event }) => event)
  return { store, clock, refuse, events }
}

test('one event for each key and minute, also when many come at once', async () => {
  const { store, clock, refuse, events } = await start()
  const ids = await Promise.all(['a', 'b', 'a', 'a'].map(refuse))
  expect(new Set(ids).size).toBe(2)
  expect([ids[2], ids[3], await refuse('a')]).toEqual([ids[0], ids[0], ids[0]])
  expect(await events()).toHaveLength(2)
  clock.now = new Date(clock.now.getTime() + 60_000)
  expect(await refuse('a')).not.toBe(ids[0])
  // A clock that was set back must not silence the log until it has caught up.
  clock.now = new Date(clock.now.getTime() - 86_400_000)
  await refuse('a')
  expect(await events()).toHaveLength(4)
  await store.close()
})

test('keys beyond what a minute takes share one event', async () => {
  const { store, refuse, events } = await start()
  for (let index = 0; index < 500; index += 1) await refuse(`key ${index}`)
  const [last, ...others] = await events()
  expect(others).toHaveLength(240)
  expect(last?.detail).toEqual({ others: 'left out for the rest of a minute' })
  await store.close()
})

test('an event that could not be written is tried again', async () => {
  const { store, refuse } = await start()
  const trigger = `create trigger full before insert on audit_events begin select raise(abort, 'full'); end`
  await sql.raw(trigger).execute(store.db)
  await expect(refuse('a')).rejects.toThrow('full')
  await sql.raw('drop trigger full').execute(store.db)
  expect(await refuse('a')).toMatch(/^ev-/)
  await store.close()
})

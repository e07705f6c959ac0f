import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createAudit, openStore } from '@rolecall/server'
import { expect, test } from 'vitest'
import { directoryWith, rolecall } from './support/rolecall.ts'

const config = 'publicUrl: http://localhost:8080\nstore: { file: audit.db }\n'
const now = () => new Date('2026-01-02T03:04:05Z')

/** A folder with a log of two events; answers the number of the second. */
async function withLog() {
  const cwd = directoryWith({ 'c.yaml': config })
  const store = await openStore(join(cwd, 'audit.db'))
  const audit = createAudit(store, { now })
  await audit.record({ type: 'signin.succeeded', result: 'success', principal: 'corp:alice' })
  const id = await audit.record({
    type: 'signin.refused',
    result: 'refused',
    source: 'corp',
    code: 'signature.digest',
    reason: 'digest of Assertion\u001b[31m',
    detail: { check: 'digest' },
  })
  await store.close()
  return { cwd, id }
}

test('tail: the latest events, the newest last, control characters shown', async () => {
  const { cwd, id } = await withLog()
  const all = await rolecall(['audit', 'tail', '-c', 'c.yaml'], { cwd })
  expect(all.code).toBe(0)
  const [first, second] = all.out.trim().split('\n')
  expect(first).toMatch(/^2026-01-02T03:04:05.000Z ev-\w+ signin.succeeded success corp:alice$/)
  expect(second).toContain(
    `${id} signin.refused refused - · signature.digest · digest of Assertion`,
  )
  expect(second).toContain('\\u{1b}[31m')
  const one = await rolecall(['audit', 'tail', '-c', 'c.yaml', '-n', '1', '--json'], { cwd })
  expect(JSON.parse(one.out)).toMatchObject({ id, seq: 2, code: 'signature.digest' })
})

test('show: one event by the number that a page shows', async () => {
  const { cwd, id } = await withLog()
  const shown = await rolecall(['audit', 'show', id, '-c', 'c.yaml'], { cwd })
  expect(shown.out).toMatch(/^code +signature\.digest$/m)
  expect(shown.out).toMatch(/^check +digest$/m)
  const missing = await rolecall(['audit', 'show', 'ev-0', '-c', 'c.yaml'], { cwd })
  expect(missing).toMatchObject({ code: 5, err: expect.stringContaining('no event ev-0') })
})

test('verify: a sound chain, then one that somebody changed', async () => {
  const { cwd } = await withLog()
  const sound = await rolecall(['audit', 'verify', '-c', 'c.yaml'], { cwd })
  expect(sound).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^ok 2 events, head \w{64}$/m),
  })
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(cwd, 'audit.db'))
  const triggers = database
    .prepare("select name from sqlite_master where type = 'trigger'")
    .all() as { name: string }[]
  for (const { name } of triggers) database.exec(`drop trigger "${name}"`)
  database.exec(`update audit_events set body = replace(body, 'alice', 'bob') where seq = 1`)
  database.close()
  const changed = await rolecall(['audit', 'verify', '-c', 'c.yaml'], { cwd })
  expect(changed).toMatchObject({ code: 7, err: expect.stringContaining('breaks at event 1') })
})

test.each(['tail', 'verify'])('%s: a database that is not there is not made', async verb => {
  const cwd = directoryWith({ 'c.yaml': config })
  const gone = await rolecall(['audit', verb, '-c', 'c.yaml'], { cwd })
  expect(gone).toMatchObject({ code: 4, err: expect.stringContaining('there is no database') })
  expect(existsSync(join(cwd, 'audit.db'))).toBe(false)
})

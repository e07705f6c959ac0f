import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { rowsOf } from '../../tests/support/log-rows.ts'
import { openStore } from '../store/index.ts'
import { exportLine } from './export-line.ts'
import { type AuditEvent, createAudit } from './index.ts'
import type { LogRange } from './read-log.ts'
import { verifyExport } from './verify-export.ts'

const at = new Date('2026-03-01T12:00:00Z')
const event: AuditEvent = { type: 'signin.succeeded', result: 'success', principal: 'local:alice' }

async function open() {
  const store = await openStore(':memory:')
  onTestFinished(() => store.close())
  const clock = { now: at }
  const audit = createAudit(store, { now: () => clock.now })
  const lines = async (range?: LogRange) => (await rowsOf(store, range)).map(exportLine)
  return { audit, clock, lines }
}

async function* each(lines: readonly string[]) {
  yield* lines
}

test('an export proves itself, whatever the events say', async () => {
  const { audit, lines } = await open()
  const text = fc.string({ unit: 'binary', maxLength: 300 })
  const hostile = fc.oneof(text, fc.constant('","seq":1,"previousHash":"'), fc.constant('}'))
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (reason, key) => {
      await audit.record({ ...event, reason, detail: { [key]: reason } })
    }),
    { numRuns: 100 },
  )
  const exported = await lines()
  const [{ hash } = { hash: '' }] = await audit.recent({ limit: 1 })
  expect(await verifyExport(each(exported))).toEqual({
    ok: true,
    events: 100,
    first: 1,
    last: 100,
    gaps: 0,
    head: hash,
  })
  for (const line of exported) {
    expect(line).not.toMatch(/[\r\n]/)
    expect(JSON.parse(line)).toMatchObject({ type: 'signin.succeeded', seq: expect.any(Number) })
  }
})

test('more events than a page come in order, and filters leave gaps that are counted', async () => {
  const { audit, clock, lines } = await open()
  for (let index = 0; index < 12; index += 1) {
    const type = index % 3 === 0 ? 'signout' : 'signin.succeeded'
    const events = Array.from({ length: 100 }, (): AuditEvent => ({ ...event, type }))
    await audit.record([event, ...events.slice(1)])
    clock.now = new Date(clock.now.getTime() + 60_000)
  }
  const all = await lines()
  expect(all.map(line => JSON.parse(line).seq)).toEqual(all.map((_, index) => index + 1))
  expect(all).toHaveLength(1200)
  const later = await lines({
    since: new Date(at.getTime() + 60_000),
    until: new Date(at.getTime() + 180_000),
  })
  expect(await verifyExport(each(later))).toMatchObject({ first: 101, last: 300, gaps: 0 })
  const signouts = await lines({ types: ['signout'] })
  expect(signouts).toHaveLength(4 * 99)
  expect(await verifyExport(each(signouts))).toMatchObject({ ok: true, gaps: 3 })
  expect(await lines({ after: 1199 })).toEqual(all.slice(-1))
})

test.each([
  [
    'a changed event',
    (lines: string[]) => [lines[0]?.replace('alice', 'mallory'), ...lines.slice(1)],
    1,
  ],
  ['an event twice', (lines: string[]) => [...lines.slice(0, 2), ...lines.slice(1)], 3],
  ['events out of order', (lines: string[]) => lines.toReversed(), 2],
  ['another first event', (lines: string[]) => [lines[1]?.replace('"seq":2', '"seq":1')], 1],
  ['a line of something else', (lines: string[]) => [...lines, '{"seq":4}'], 4],
  [
    'an event whose number hides a removed one',
    (lines: string[]) => [lines[0], lines[2]?.replace('"seq":3', '"seq":2')],
    2,
  ],
])('%s is found', async (_what, change, line) => {
  const { audit, lines } = await open()
  await audit.record([event, event, event])
  const changed = change(await lines()).map(one => one ?? '')
  expect(await verifyExport(each(changed))).toMatchObject({ ok: false, line })
})

test('nothing is proven by nothing', async () => {
  expect(await verifyExport(each([]))).toMatchObject({ ok: true, events: 0, head: undefined })
})

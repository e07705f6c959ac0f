import { once } from 'node:events'
import { copyFileSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PassThrough } from 'node:stream'
import { createAudit, openStore } from '@rolecall/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { run } from '../src/run.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith, start } from './support/rolecall.ts'

const config = 'publicUrl: http://localhost:8080\nstore: { file: audit.db }\n'
const now = () => new Date('2026-01-02T03:04:05Z')

/** `rolecall audit …` with names of files in that folder. */
function rolecall(parameters: readonly string[], { cwd }: { readonly cwd: string }) {
  const isFile = (text: string) => text === 'c.yaml' || text.endsWith('.jsonl')
  return inProcess(parameters.map(text => (isFile(text) ? join(cwd, text) : text)))
}

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

test('export: lines that prove themselves, and OCSF; filters', async () => {
  const { cwd, id } = await withLog()
  const exported = await rolecall(['audit', 'export', '-c', 'c.yaml'], { cwd })
  const lines = exported.out.trim().split('\n')
  expect(lines.map(line => JSON.parse(line).seq)).toEqual([1, 2])
  writeFileSync(join(cwd, 'export.jsonl'), exported.out)
  const sound = await rolecall(['audit', 'verify', '--file', 'export.jsonl'], { cwd })
  expect(sound).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^ok 2 events \(1 to 2, 0 gaps\), head \w{64}\n$/),
  })
  writeFileSync(join(cwd, 'changed.jsonl'), exported.out.replace('corp:alice', 'corp:bob'))
  const changed = await rolecall(['audit', 'verify', '--file', 'changed.jsonl'], { cwd })
  expect(changed).toMatchObject({
    code: 7,
    err: expect.stringMatching(/line 1 of \S+changed\.jsonl/),
  })
  const ocsf = await rolecall(
    ['audit', 'export', '-c', 'c.yaml', '--format', 'ocsf', '--type', 'signin.refused', 'signout'],
    { cwd },
  )
  expect(JSON.parse(ocsf.out)).toMatchObject({ class_uid: 3002, metadata: { uid: id } })
  const none = await rolecall(['audit', 'export', '-c', 'c.yaml', '--since', '2026-01-03'], { cwd })
  expect(none).toMatchObject({ code: 0, out: '' })
})

test.each([
  [['export', '-c', 'c.yaml', '--type', 'nothing'], 'there is no event type nothing'],
  [['verify'], "required option '-c, --config <file>'"],
  [['verify', '-c', 'c.yaml', '--file', 'a'], "cannot be used with option '-c, --config <file>'"],
])('%j is a wrong command line', async (parameters, message) => {
  const { cwd } = await withLog()
  const outcome = await rolecall(['audit', ...parameters], { cwd })
  expect(outcome).toMatchObject({ code: 2, err: expect.stringContaining(message) })
})

test('tail --follow: those that come, until it is told to stop', async () => {
  const { cwd } = await withLog()
  const { child, ended } = start(['audit', 'tail', '-c', 'c.yaml', '-n', '1', '-f'], { cwd })
  await once(child.stdout, 'data')
  const store = await openStore(join(cwd, 'audit.db'))
  await createAudit(store, { now }).record({ type: 'signout', result: 'success' })
  await store.close()
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  const { code, out } = await ended
  expect(code).toBe(0)
  expect(
    out
      .trim()
      .split('\n')
      .map(line => line.split(' ')[2]),
  ).toEqual(['signin.refused', 'signout'])
})

test.each([
  ['another file takes its place', (file: string) => renameSync(`${file}-other`, file), 4],
  ['a backup is written into it', restoreInto, 7],
] as const)('tail --follow ends when %s', async (_what, restore, code) => {
  const { cwd } = await withLog()
  const file = join(cwd, 'audit.db')
  copyFileSync(file, `${file}-other`)
  const running = await openStore(file)
  onTestFinished(() => running.close())
  await createAudit(running, { now }).record({ type: 'signout', result: 'success' })
  const [out, err]: [string[], string[]] = [[], []]
  const ended = run(['audit', 'tail', '-c', join(cwd, 'c.yaml'), '-f'], {
    in: new PassThrough().end(),
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text) },
    env: {},
  })
  await vi.waitFor(() => expect(out).toHaveLength(3), { timeout: 20_000 })
  restore(file)
  expect([await ended, err.join('')]).toEqual([code, expect.stringContaining(said[code])])
})

const said = { 4: 'is not the file that was opened', 7: 'is no longer in the log' }

/** As `sqlite3 audit.db ".restore …"` does: the file stays the same one. */
function restoreInto(file: string): void {
  const database = new DatabaseSync(file)
  const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").all()
  for (const { name } of triggers) database.exec(`drop trigger "${String(name)}"`)
  database.exec('delete from audit_events where seq = 3')
  database.close()
}

test('verify --file: a line without an end is not read into memory', async () => {
  const cwd = directoryWith({ 'long.jsonl': 'x'.repeat(1_200_000) })
  const long = await rolecall(['audit', 'verify', '--file', 'long.jsonl'], { cwd })
  expect(long).toMatchObject({ code: 7, err: expect.stringContaining('no event is so long') })
  const gone = await rolecall(['audit', 'verify', '--file', 'gone.jsonl'], { cwd })
  expect(gone).toMatchObject({ code: 2, err: expect.stringContaining('cannot be read') })
  const folder = await inProcess(['audit', 'verify', '--file', cwd])
  expect(folder).toMatchObject({ code: 2, err: expect.stringContaining('EISDIR') })
})

test('sinks: how far each has come, and what fails', async () => {
  const { cwd } = await withLog()
  const none = await rolecall(['audit', 'sinks', '-c', 'c.yaml'], { cwd })
  expect(none).toMatchObject({ code: 0, out: '', err: 'no sink has been at work yet\n' })
  const database = new DatabaseSync(join(cwd, 'audit.db'))
  database.exec(`insert into audit_sinks (sink, seq, taken_at, failing_since, failures, problem)
    values ('siem', 1, 1767323045000, 1767323046000, 3, 'it answered 503')`)
  database.close()
  const shown = await rolecall(['audit', 'sinks', '-c', 'c.yaml'], { cwd })
  expect(shown.out).toBe(
    'siem at 1 · 1 waiting · last 2026-01-02T03:04:05.000Z · not in the configuration · failing since 2026-01-02T03:04:06.000Z, 3 times: it answered 503\n',
  )
  const json = await rolecall(['audit', 'sinks', '-c', 'c.yaml', '--json'], { cwd })
  expect(JSON.parse(json.out)).toMatchObject({ sink: 'siem', seq: 1, configured: false })
})

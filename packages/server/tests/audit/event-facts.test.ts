/** Which facts each event has, held against what a gateway records, and against `docs/audit.md`. */
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../src/config/index.ts'
import { type AuditEvent, type AuditEventType, auditEventTypes } from '../../src/index.ts'
import { createBrowser, signedIn, startGateway } from '../gateway.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

type Fact = Exclude<keyof AuditEvent, 'type' | 'result' | 'detail'>

const who: readonly Fact[] = ['principal', 'source', 'address']
const role: readonly Fact[] = ['account', 'role']
const session: readonly Fact[] = ['sessionName', 'accessKeyId', 'requestId']
const why: readonly Fact[] = ['code', 'reason']

/** Those that are there whenever the event is; others may be. */
const facts: Readonly<Record<AuditEventType, readonly Fact[]>> = {
  'signin.succeeded': who,
  'signin.refused': ['source', 'address', ...why],
  signout: ['principal', 'source'],
  'signout.provider': ['source', 'address'],
  'signout.refused': ['source', 'address', ...why],
  'access.refused': ['address', 'code'],
  'role.taken': [...who, ...role, 'grant', ...session, 'reason'],
  'role.refused': [...who, ...role, 'grant', ...why],
  'delivery.console': [...who, ...role, 'grant'],
  'delivery.credentials': [...who, ...role, 'grant', ...session, 'reason'],
  'delivery.request': ['address'],
  'delivery.answer': [],
  'user.added': ['principal', 'source'],
  'user.changed': ['principal', 'source'],
  'config.reloaded': [],
  'discovery.changed': [],
  'server.started': [],
  'server.stopped': [],
}

/** Of flows that other tests walk. */
const elsewhere: readonly AuditEventType[] = [
  'signout.provider',
  'signout.refused',
  'delivery.request',
  'delivery.answer',
  'user.added',
  'user.changed',
  'discovery.changed',
  'server.started',
  'server.stopped',
]

test('each event that a gateway records has its facts', async () => {
  const at = await startGateway()
  onTestFinished(() => at.close())
  const bob = await signedIn(at, { username: 'bob', groups: ['staff', 'developers'] })
  const take = (path: string) => bob.postJson(`${at.url}/api/v1/roles/${path}/credentials`, {})
  expect((await take('sandbox/Developer')).status).toBe(200)
  expect((await take('sandbox/NotThere')).status).toBe(502)
  expect((await take('prod/Administrator')).status).toBe(403)
  expect((await bob.get(`${at.url}/console/sandbox/Developer`)).status).toBe(303)
  expect((await bob.postJson(`${at.url}/api/v1/signout`, {})).status).toBe(200)
  const wrong = { username: 'bob', password: 'not right at all' }
  await createBrowser().postJson(`${at.url}/api/v1/signin/password`, wrong)
  await at.gateway.reload(at.config)

  const events = (await at.gateway.audit.recent({ limit: 1000 })).map(({ event }) => event)
  for (const event of events) {
    const missing = facts[event.type].filter(fact => event[fact] === undefined)
    expect([event.type, event.reason, missing]).toEqual([event.type, event.reason, []])
  }
  const seen = new Set(events.map(({ type }) => type))
  expect(auditEventTypes.filter(type => !seen.has(type))).toEqual(elsewhere)
  const taken = events.find(({ type }) => type === 'role.taken')
  const delivered = events.find(({ type }) => type === 'delivery.credentials')
  // What CloudTrail has of the same session.
  for (const fact of session) expect(delivered?.[fact]).toBe(taken?.[fact])
})

const page = readFileSync(new URL('../../../../docs/audit.md', import.meta.url), 'utf8')

test('docs/audit.md has each event with its facts', () => {
  const rows = [...page.matchAll(/^\| `([a-z.]+)` \| [^|]+ \|([^|]*)\|$/gm)].map(
    ([, type = '', list = '']) => [type, [...list.matchAll(/`(\w+)`/g)].map(([, fact]) => fact)],
  )
  expect(Object.fromEntries(rows)).toEqual(facts)
})

test('the configuration in docs/audit.md loads', async () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const file = 'publicUrl: https://aws.example.com\n'
  const env = { SIEM_TOKEN: 'Bearer x', SIEM_KEY: 'whsec_MDEyMzQ1Njc4OWFiY2RlZg==' }
  const directory = temporaryDirectory({ 'c.yaml': file + example })
  const result = await loadConfig(`${directory}/c.yaml`, { env })
  expect(result).toMatchObject({ ok: true })
  if (!result.ok) return
  expect(result.config.audit.sinks.map(({ id, target }) => [id, target.kind])).toEqual([
    ['siem', 'webhook'],
    ['loghost', 'syslog'],
    ['here', 'syslog'],
  ])
})

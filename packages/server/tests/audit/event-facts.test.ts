/** Which facts each event has, held against what a gateway records, and against `docs/audit.md`. */
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../src/config/index.ts'
import { type AuditEventType, auditEventTypes } from '../../src/index.ts'
import { createBrowser, signedIn, startGateway } from '../gateway.ts'
import { expectFacts, facts, session } from '../support/event-facts.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Of flows that these tests walk; each says so itself with `expectFacts`. */
const elsewhere = {
  'signout.provider': 'logout.test.ts',
  'signout.refused': 'logout.test.ts',
  'delivery.request': 'signing-gateway/mounted.test.ts',
  'delivery.answer': 'signing-gateway/mounted.test.ts',
  'discovery.changed': 'accounts/gateway-discovery.test.ts',
  'server.started': 'serve.test.ts',
  'server.stopped': 'serve.test.ts',
} satisfies Partial<Record<AuditEventType, string>>
/** The command's, which has tests of its own for them. */
const ofCommand: readonly AuditEventType[] = ['user.added', 'user.changed']

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

  const recorded = await at.gateway.audit.recent({ limit: 1000 })
  expectFacts(
    recorded,
    auditEventTypes.filter(type => !(type in elsewhere || ofCommand.includes(type))),
  )
  const events = recorded.map(({ event }) => event)
  const taken = events.find(({ type }) => type === 'role.taken')
  const delivered = events.find(({ type }) => type === 'delivery.credentials')
  // What CloudTrail has of the same session.
  for (const fact of session) expect(delivered?.[fact]).toBe(taken?.[fact])
})

test.each(Object.entries(elsewhere))('%s is held against its facts in %s', (type, file) => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
  const held = [...text.matchAll(/expectFacts\([^;]*?\[([^\]]*)\]\s*,?\s*\)\n/g)].map(one => one[1])
  expect(held.join()).toContain(`'${type}'`)
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

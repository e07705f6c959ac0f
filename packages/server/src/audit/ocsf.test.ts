/**
 * Events held against OCSF 1.8.0: `tests/fixtures/ocsf-1.8.0.json` is an excerpt of the compiled schema
 * that https://schema.ocsf.io/1.8.0/export/schema publishes: the classes and objects that we use, with
 * their required attributes and those that we fill.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { rowsOf } from '../../tests/support/log-rows.ts'
import { openStore } from '../store/index.ts'
import { type AuditEvent, auditEventTypes, createAudit } from './index.ts'
import { ocsfLine } from './ocsf.ts'

const attribute = z.object({
  type: z.string(),
  requirement: z.string(),
  object: z.string().optional(),
  array: z.boolean().default(false),
  enum: z.array(z.union([z.number(), z.string()])).optional(),
})
const entity = z.object({
  uid: z.number().optional(),
  constraints: z.record(z.string(), z.array(z.string())).default({}),
  attributes: z.record(z.string(), attribute),
})
const fixture = new URL('../../tests/fixtures/ocsf-1.8.0.json', import.meta.url)
const schema = z
  .object({
    version: z.literal('1.8.0'),
    classes: z.record(z.string(), entity),
    objects: z.record(z.string(), entity),
  })
  .parse(JSON.parse(readFileSync(fixture, 'utf8')))

function problemsOf(value: unknown, rules: z.output<typeof entity>, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} is no object`]
  const map: Record<string, unknown> = { ...value }
  const missing = Object.entries(rules.attributes)
    .filter(([name, rule]) => rule.requirement === 'required' && map[name] === undefined)
    .map(([name]) => `${path}.${name} is missing`)
  const constraints = Object.entries(rules.constraints).flatMap(([kind, names]) => {
    const count = names.filter(name => map[name] !== undefined).length
    const isMet = kind === 'at_least_one' ? count >= 1 : count === 1
    return isMet ? [] : [`${path}: ${kind} of ${names.join(', ')}`]
  })
  const wrong = Object.entries(map).flatMap(([name, one]) => {
    const rule = rules.attributes[name]
    if (rule === undefined) return [`${path}.${name} is unknown`]
    const values: unknown[] = rule.array ? (Array.isArray(one) ? one : [undefined]) : [one]
    return values.flatMap(each => typeProblems(each, rule, `${path}.${name}`))
  })
  return [...missing, ...constraints, ...wrong]
}

function typeProblems(value: unknown, rule: z.output<typeof attribute>, path: string): string[] {
  if (rule.enum !== undefined && !rule.enum.some(one => one === value)) {
    return [`${path} is ${value}, which is not in its enumeration`]
  }
  if (rule.type === 'object_t') {
    // `object` is the one without attributes: it takes any.
    if (rule.object === 'object') return typeof value === 'object' ? [] : [`${path} is no object`]
    const rules = schema.objects[rule.object ?? '']
    return rules === undefined
      ? [`${path}: ${rule.object} is not in the excerpt`]
      : problemsOf(value, rules, path)
  }
  const isRight = ['integer_t', 'long_t', 'timestamp_t'].includes(rule.type)
    ? Number.isInteger(value)
    : typeof value === 'string' && (rule.type !== 'ip_t' || isIP(value) !== 0)
  return isRight ? [] : [`${path} is no ${rule.type}`]
}

const full = {
  principal: 'company:alice',
  source: 'company',
  address: '192.0.2.1',
  account: 'prod',
  role: 'Admin',
  grant: 'prod-admin',
  sessionName: 'alice',
  accessKeyId: 'ASIAEXAMPLE',
  requestId: 'r-1',
  code: 'none',
  reason: 'group "admins"',
  detail: { what: 'password' },
}

async function linesOf(events: readonly [AuditEvent, ...AuditEvent[]]) {
  const store = await openStore(':memory:')
  onTestFinished(() => store.close())
  await createAudit(store, { now: () => new Date('2026-03-01T12:00:00Z') }).record(events)
  return (await rowsOf(store)).map(row => JSON.parse(ocsfLine(row)))
}

test.each(auditEventTypes)('%s is a valid OCSF event, with all facts and with none', async type => {
  const results = ['success', 'refused', 'error'] as const
  const events = results.flatMap((result): AuditEvent[] => [
    { type, result },
    { type, result, address: 'unknown' },
    { ...full, type, result },
  ])
  for (const line of await linesOf([{ type, result: 'success' }, ...events])) {
    const found = Object.entries(schema.classes).find(([, one]) => one.uid === line.class_uid)
    expect(found).toBeDefined()
    if (found === undefined) continue
    expect(problemsOf(line, found[1], found[0])).toEqual([])
    expect(line.type_uid).toBe(line.class_uid * 100 + line.activity_id)
    expect(line.metadata.event_code).toBe(type)
  }
})

test('what joins an event with CloudTrail, and what it was, is where OCSF has it', async () => {
  const [taken, changed, refused] = await linesOf([
    { ...full, type: 'role.taken', result: 'success' },
    { ...full, type: 'user.changed', result: 'success' },
    { ...full, type: 'signin.refused', result: 'refused' },
  ])
  expect(taken).toMatchObject({
    class_uid: 6003,
    status_id: 1,
    severity_id: 1,
    time: Date.parse('2026-03-01T12:00:00Z'),
    actor: {
      user: { uid: 'company:alice', name: 'alice' },
      session: { uid: 'alice', credential_uid: 'ASIAEXAMPLE' },
      idp: { uid: 'company' },
    },
    api: { operation: 'role.taken', request: { uid: 'r-1' } },
    resources: [{ name: 'Admin', namespace: 'prod' }],
    authorizations: [{ decision: 'success', policy: { name: 'prod-admin' } }],
    src_endpoint: { ip: '192.0.2.1' },
  })
  expect(changed).toMatchObject({ class_uid: 3001, activity_id: 4 })
  expect(refused).toMatchObject({
    class_uid: 3002,
    activity_id: 1,
    status_id: 2,
    status_code: 'none',
    status_detail: 'group "admins"',
  })
})

test('the check of this test finds what is wrong', () => {
  const rules = schema.classes.authentication
  if (rules === undefined) throw new Error('not in the excerpt')
  expect(problemsOf({ user: {}, time: 'now', activity_id: 8, color: 1 }, rules, 'a')).toEqual([
    ...['category_uid', 'class_uid', 'metadata', 'severity_id', 'type_uid'].map(
      name => `a.${name} is missing`,
    ),
    'a: at_least_one of service, dst_endpoint',
    'a.user: at_least_one of account, name, uid',
    'a.time is no timestamp_t',
    'a.activity_id is 8, which is not in its enumeration',
    'a.color is unknown',
  ])
})

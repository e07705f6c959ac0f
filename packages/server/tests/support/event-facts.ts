/** Which facts each event has, as `docs/audit.md` says: held against what is recorded wherever a test records it. */
import { expect } from 'vitest'
import type { AuditEvent, AuditEventType, RecordedEvent } from '../../src/index.ts'

type Fact = Exclude<keyof AuditEvent, 'type' | 'result' | 'detail'>

const who: readonly Fact[] = ['principal', 'source', 'address']
const role: readonly Fact[] = ['account', 'role']
/** What CloudTrail has of a session too. */
export const session: readonly Fact[] = ['sessionName', 'accessKeyId', 'requestId']
const why: readonly Fact[] = ['code', 'reason']

/** Those that are there whenever the event is; others may be. */
export const facts: Readonly<Record<AuditEventType, readonly Fact[]>> = {
  'signin.succeeded': who,
  'signin.refused': ['address', ...why],
  signout: ['source'],
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

/** Expects that these events have their facts, and that each of the types is among them. */
export function expectFacts(
  events: readonly Pick<RecordedEvent, 'event'>[],
  types: readonly AuditEventType[],
): void {
  for (const { event } of events) {
    const missing = facts[event.type].filter(fact => event[fact] === undefined)
    expect([event.type, event.reason, missing]).toEqual([event.type, event.reason, []])
  }
  const seen = new Set(events.map(({ event }) => event.type))
  expect(types.filter(type => !seen.has(type))).toEqual([])
}

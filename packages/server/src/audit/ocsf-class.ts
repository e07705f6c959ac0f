import type { AuditEvent, AuditEventType } from './event.ts'

/** Classes of OCSF 1.8.0 (https://schema.ocsf.io/1.8.0/classes) that our events belong to. */
export type OcsfClass =
  | 'authentication'
  | 'account_change'
  | 'application_lifecycle'
  | 'api_activity'

/** `class_uid`; its thousands are `category_uid`. */
export const classUids: Readonly<Record<OcsfClass, number>> = {
  account_change: 3001,
  authentication: 3002,
  application_lifecycle: 6002,
  api_activity: 6003,
}

/** What an event is in OCSF: class, `activity_id` (of that class's enumeration) and its caption. */
export interface OcsfActivity {
  readonly class: OcsfClass
  readonly id: number
  /** Ours where the id is 99, Other. */
  readonly name: string
}

const logon: OcsfActivity = { class: 'authentication', id: 1, name: 'Logon' }
const logoff: OcsfActivity = { class: 'authentication', id: 2, name: 'Logoff' }
const create: OcsfActivity = { class: 'api_activity', id: 1, name: 'Create' }
const read: OcsfActivity = { class: 'api_activity', id: 2, name: 'Read' }
const other = (of: OcsfClass, name: string): OcsfActivity => ({ class: of, id: 99, name })

const activities: Readonly<Record<AuditEventType, OcsfActivity>> = {
  'signin.succeeded': logon,
  'signin.refused': logon,
  signout: logoff,
  'signout.provider': logoff,
  'signout.refused': logoff,
  'access.refused': read,
  'role.taken': create,
  'role.refused': create,
  'delivery.console': read,
  'delivery.credentials': read,
  'delivery.request': other('api_activity', 'Sign and forward'),
  'delivery.answer': other('api_activity', 'Answer'),
  'user.added': { class: 'account_change', id: 1, name: 'Create' },
  'user.changed': other('account_change', 'Change'),
  'config.reloaded': other('application_lifecycle', 'Reload configuration'),
  'discovery.changed': other('application_lifecycle', 'Read accounts and roles'),
  'server.started': { class: 'application_lifecycle', id: 3, name: 'Start' },
  'server.stopped': { class: 'application_lifecycle', id: 4, name: 'Stop' },
}

/** Of what `rolecall user` says that it changed. */
const changes: Readonly<Record<string, OcsfActivity>> = {
  password: { class: 'account_change', id: 4, name: 'Password Reset' },
  disabled: { class: 'account_change', id: 5, name: 'Disable' },
  enabled: { class: 'account_change', id: 2, name: 'Enable' },
}

/** The OCSF activity of an event. */
export function activityOf({ type, detail }: AuditEvent): OcsfActivity {
  const change = type === 'user.changed' ? changes[detail?.what ?? ''] : undefined
  return change ?? activities[type]
}

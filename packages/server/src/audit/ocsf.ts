import { isIP } from 'node:net'
import { jsonLine } from './canonical-event.ts'
import type { AuditEvent } from './event.ts'
import { activityOf, classUids, type OcsfClass } from './ocsf-class.ts'
import type { LogRow } from './read-log.ts'

const version = '1.8.0'
const product = { name: 'Rolecall', vendor_name: 'Rolecall' }
const severities = {
  success: { severity_id: 1, severity: 'Informational' },
  refused: { severity_id: 2, severity: 'Low' },
  error: { severity_id: 3, severity: 'Medium' },
} as const
/** For events of the gateway itself and of the command line, which have no address. */
const ownEndpoint = { name: 'rolecall' }

/** The event as an OCSF 1.8.0 event (https://schema.ocsf.io/1.8.0), one JSON object on one line. */
export function ocsfLine(row: LogRow): string {
  const event: AuditEvent = JSON.parse(row.body)
  const activity = activityOf(event)
  const classUid = classUids[activity.class]
  const isSuccess = event.result === 'success'
  return jsonLine({
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: Math.floor(classUid / 1000),
    class_uid: classUid,
    type_uid: classUid * 100 + activity.id,
    time: row.at,
    ...severities[event.result],
    status_id: isSuccess ? 1 : 2,
    status: isSuccess ? 'Success' : 'Failure',
    status_code: event.code,
    status_detail: event.reason,
    metadata: {
      version,
      product,
      uid: row.id,
      event_code: event.type,
      sequence: row.seq,
      log_name: 'audit',
    },
    src_endpoint: endpointOf(activity.class, event.address),
    ...partsOf[activity.class](event),
    unmapped: {
      result: event.result,
      ...unmapped(event),
      detail: event.detail,
      previousHash: row.previous_hash,
      hash: row.hash,
    },
  })
}

const partsOf: Readonly<Record<OcsfClass, (event: AuditEvent) => object>> = {
  authentication: event => ({
    user: userOf(event),
    service: serviceOf(),
    session: sessionOf(event),
  }),
  account_change: event => ({ user: userOf(event), actor: { app_name: product.name } }),
  application_lifecycle: () => ({ app: product }),
  api_activity: event => ({
    actor: {
      user: userOf(event),
      session: sessionOf(event),
      idp: idpOf(event),
      authorizations: authorizationsOf(event),
    },
    api: {
      operation: event.type,
      service: { name: product.name },
      ...(event.requestId === undefined ? {} : { request: { uid: event.requestId } }),
    },
    ...(event.role === undefined
      ? {}
      : { resources: [{ name: event.role, type: 'IAM role', namespace: event.account }] }),
  }),
}

function serviceOf() {
  return { name: product.name }
}

function userOf({ principal }: AuditEvent) {
  return { uid: principal ?? 'unknown', name: principal?.slice(principal.indexOf(':') + 1) }
}

function idpOf({ source }: AuditEvent) {
  return source === undefined ? undefined : { uid: source }
}

function sessionOf({ sessionName, accessKeyId }: AuditEvent) {
  if (sessionName === undefined && accessKeyId === undefined) return undefined
  return { uid: sessionName, credential_uid: accessKeyId }
}

function authorizationsOf({ grant, result }: AuditEvent) {
  return grant === undefined ? undefined : [{ decision: result, policy: { name: grant } }]
}

function endpointOf(of: OcsfClass, address: string | undefined) {
  if (of === 'application_lifecycle') return undefined
  if (address !== undefined && isIP(address) !== 0) return { ip: address }
  return of === 'api_activity' ? ownEndpoint : undefined
}

function unmapped({ source, account, role, grant, address }: AuditEvent) {
  return { source, account, role, grant, address }
}

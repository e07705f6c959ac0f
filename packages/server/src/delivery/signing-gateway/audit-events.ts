import { AwsError } from '@rolecall/aws'
import type { AuditEvent } from '../../audit/index.ts'
import { ServerError } from '../../errors.ts'
import { principalId } from '../../nouns.ts'
import type { Outcome } from './exchange.ts'
import type { Target } from './find-target.ts'

/** What is known of a request; grows as it is read. */
export interface Facts {
  /** Joins the lines of one request, and a refusal with its answer. */
  readonly id: string
  readonly address: string
  method?: string
  host?: string
  /** Without the query, where secrets may stand. */
  path?: string
  caller?: string
  /** How the caller said who it is. */
  by?: string
  target?: Target
  role?: string | undefined
  sessionName?: string | undefined
}

/** The source in a principal's id: `gateway:build`. */
const source = 'gateway'

/** Written before anything goes to AWS. */
export function allowedEvent(facts: Facts): AuditEvent {
  return { ...common(facts), type: 'delivery.request', result: 'success' }
}

/** Nothing went to AWS. */
export function refusedEvent(facts: Facts, error: unknown): AuditEvent {
  return { ...common(facts), type: 'delivery.request', result: 'refused', ...why(error) }
}

/** What came of a request that was allowed. */
export function answeredEvent(
  facts: Facts,
  ended: {
    readonly accessKeyId: string | undefined
    readonly outcome: Outcome | undefined
    readonly error: unknown
    readonly ms: number
  },
): AuditEvent {
  const { outcome } = ended
  const error = ended.error ?? outcome?.error
  const known = common(facts)
  return {
    ...known,
    type: 'delivery.answer',
    result: error === undefined ? 'success' : 'error',
    accessKeyId: ended.accessKeyId,
    requestId: outcome?.awsRequestId,
    ...(error === undefined ? {} : why(error)),
    detail: {
      ...known.detail,
      ...(outcome?.status === undefined ? {} : { status: String(outcome.status) }),
      sent: String(outcome?.sent ?? 0),
      received: String(outcome?.received ?? 0),
      ms: ended.ms.toFixed(1),
    },
  }
}

function common(facts: Facts) {
  const { caller, target, method, host, path, by } = facts
  return {
    ...(caller === undefined ? {} : { principal: principalId(source, caller) }),
    source,
    address: facts.address,
    role: facts.role,
    sessionName: facts.sessionName,
    detail: {
      request: facts.id,
      ...(method === undefined ? {} : { method }),
      ...(host === undefined ? {} : { host }),
      ...(by === undefined ? {} : { by }),
      ...(target === undefined
        ? { ...(path === undefined ? {} : { path }) }
        : {
            service: target.service,
            region: target.region,
            to: target.origin,
            path: target.decided.path,
            ...(target.route === undefined ? {} : { route: target.route.name }),
          }),
    },
  }
}

function why(error: unknown): { code: string; reason: string } {
  if (error instanceof AwsError) return { code: error.code, reason: error.message }
  if (error instanceof ServerError) {
    const { cause } = error
    const inner = cause instanceof AwsError ? `: ${cause.code}: ${cause.message}` : ''
    return { code: error.code, reason: `${error.detail ?? error.message}${inner}` }
  }
  // Of what nobody expected only the kind: its message may repeat anything.
  return { code: 'internal', reason: error instanceof Error ? error.name : 'unknown' }
}

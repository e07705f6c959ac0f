import { setTimeout as wait } from 'node:timers/promises'
import type { CallLog } from './calls/log.ts'
import { maskedParameters, operationOf } from './calls/parameters.ts'
import type { FaultList } from './faults/faults.ts'
import { refusal } from './faults/refusal.ts'
import type { FaultRule } from './faults/schema.ts'
import {
  bodyTooLarge,
  type Outgoing,
  type RequestHead,
  readWhole,
  type StreamHandler,
} from './http/exchange.ts'
import type { RequestScope } from './request-scope.ts'
import type { Service, StreamingService } from './service.ts'

/** What the requests of the simulated AWS pass through. */
export interface Dispatch {
  /** Asked first; meets no faults and stands in no log. */
  readonly control: Service
  readonly streaming: readonly StreamingService[]
  readonly services: readonly Service[]
  readonly faults: FaultList
  readonly calls: CallLog
  readonly scope: RequestScope
  readonly maxBodyBytes: number
  /** Answers what no service takes. */
  readonly unknown: () => Outgoing
}

/** Finds the service of each request, lets faults happen to it and notes it in the log of calls. */
export function dispatch(parts: Dispatch): StreamHandler {
  return async request => {
    const streaming = parts.streaming.find(service => service.matches(request))
    if (streaming !== undefined) {
      const call = { service: streaming.name, operation: streaming.operation(request) }
      return await answer(parts, request, call, maskedParameters(request), () =>
        streaming.handle(request),
      )
    }
    const incoming = await readWhole(request, parts.maxBodyBytes)
    if (incoming === undefined) return bodyTooLarge
    if (parts.control.matches(incoming)) return await parts.control.handle(incoming)
    const service = parts.services.find(each => each.matches(incoming))
    const call = { service: service?.name ?? 'unknown', operation: operationOf(incoming) }
    const parameters = maskedParameters(incoming, incoming.body)
    return await answer(
      parts,
      incoming,
      call,
      parameters,
      async () => (await service?.handle(incoming)) ?? parts.unknown(),
    )
  }
}

interface CallName {
  readonly service: string
  readonly operation: string | undefined
}

async function answer(
  { faults, calls, scope }: Dispatch,
  request: RequestHead,
  call: CallName,
  parameters: readonly (readonly [string, string])[],
  handle: () => Promise<Outgoing>,
): Promise<Outgoing> {
  const started = performance.now()
  const time = scope.now()
  const { method, path } = request
  const fault = faults.meet({ ...call, path })
  const rule = fault?.rule
  if (rule?.latencyMs !== undefined) await wait(rule.latencyMs)
  const { result: outgoing, caller } = await scope.run(
    (rule?.clockOffsetSeconds ?? 0) * 1000,
    async () =>
      rule === undefined ? handle() : suffer(rule, call.service, request, scope, handle),
  )
  const durationMs = performance.now() - started
  calls.add({
    time,
    method,
    path,
    ...call,
    caller,
    outgoing,
    durationMs,
    fault: fault?.id,
    parameters,
  })
  return outgoing
}

async function suffer(
  { error, connection, body, retryAfterSeconds }: FaultRule,
  service: string,
  request: RequestHead,
  scope: RequestScope,
  handle: () => Promise<Outgoing>,
): Promise<Outgoing> {
  if (connection !== undefined) {
    return { status: 503, headers: {}, body: '', delivery: { kind: connection } }
  }
  const plain =
    error === undefined
      ? await handle()
      : refusal(error, retryAfterSeconds, service, request, scope.now())
  // Pages have no Date of their own; the server's would be right.
  const answered = { ...plain, headers: { ...plain.headers, date: scope.now().toUTCString() } }
  if (body === undefined) return answered
  if (body === 'truncated') return { ...answered, delivery: { kind: body } }
  return { ...answered, delivery: { kind: 'slow', bytesPerSecond: body.bytesPerSecond } }
}

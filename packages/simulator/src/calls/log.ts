import type { Outgoing } from '../http/exchange.ts'

/** One call that the simulator received and how it went. Secrets are masked. */
export interface CallRecord {
  /** Counts up from 1. */
  readonly number: number
  readonly time: Date
  readonly method: string
  readonly path: string
  readonly service: string
  readonly operation: string | undefined
  /** ARN of whoever signed it; missing when nobody did, or the signature was refused. */
  readonly caller: string | undefined
  /** HTTP status; 0 when the connection was left without an answer. */
  readonly status: number
  /** AWS's code of a refusal. */
  readonly code: string | undefined
  readonly durationMs: number
  readonly requestId: string | undefined
  /** Id of the fault that it met. */
  readonly fault: string | undefined
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** The latest calls of one simulator. */
export interface CallLog {
  add(
    call: Omit<CallRecord, 'number' | 'status' | 'code' | 'requestId'> & {
      readonly outgoing: Outgoing
    },
  ): void
  /** The latest first. */
  list(): readonly CallRecord[]
  clear(): void
}

/** Calls that are kept; one more lets go of the oldest. */
const maxCalls = 500
const maxPath = 1024

/** An empty log. */
export function createCallLog(): CallLog {
  const records: CallRecord[] = []
  let number = 0
  return {
    add({ outgoing, path, durationMs, ...call }) {
      number += 1
      const { status, headers, delivery } = outgoing
      const isUnanswered = delivery?.kind === 'reset' || delivery?.kind === 'hang'
      const id = headers['x-amzn-requestid'] ?? headers['x-amz-request-id']
      const record = {
        number,
        ...call,
        path: path.slice(0, maxPath),
        status: isUnanswered ? 0 : status,
        code: isUnanswered ? undefined : codeOf(outgoing),
        durationMs: Math.round(durationMs * 10) / 10,
        requestId: typeof id === 'string' ? id : undefined,
      }
      records.push(Object.freeze(record))
      if (records.length > maxCalls) records.shift()
    },
    list: () => records.toReversed(),
    clear() {
      records.length = 0
    },
  }
}

/** The code of an error in any of AWS's forms. */
function codeOf({ status, headers, body }: Outgoing): string | undefined {
  if (status < 400) return undefined
  const named = headers['x-amzn-errortype']
  if (typeof named === 'string') return named.split(':', 1)[0]
  if (typeof body !== 'string') return undefined
  const code =
    /<Code>([\w.]{1,128})<\/Code>/.exec(body) ?? /"__type"\s*:\s*"(?:[^"#]*#)?([\w.]+)"/.exec(body)
  return code?.[1]
}

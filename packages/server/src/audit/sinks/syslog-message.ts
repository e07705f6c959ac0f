import { type EventFormat, eventLine } from '../event-line.ts'
import type { LogRow } from '../read-log.ts'

/** Facility 10, `authpriv`; RFC 5424, 6.2.1. */
const facility = 10
const severities = { success: 6, refused: 4, error: 3 } as const
const largestSequence = 2 ** 31 - 1

/** Who sends. */
export interface SyslogSender {
  readonly hostname: string
  readonly processId: number
}

/**
 * The event as an RFC 5424 message: the event's type is MSGID, its id and number are structured data, the
 * message is JSON without a byte order mark (MSG-ANY).
 */
export function syslogMessage(row: LogRow, format: EventFormat, sender: SyslogSender): string {
  const time = new Date(row.at).toISOString()
  const sequence = ((row.seq - 1) % largestSequence) + 1
  const head = `<${priorityOf(row)}>1 ${time} ${printable(sender.hostname, 255)} rolecall`
  const type = printable(row.type, 32)
  return `${head} ${sender.processId} ${type} [meta sequenceId="${sequence}"] ${eventLine(row, format)}`
}

/** PRI: facility and severity. */
export function priorityOf({ body }: LogRow): number {
  const { result }: { readonly result: keyof typeof severities } = JSON.parse(body)
  return facility * 8 + severities[result]
}

/** PRINTUSASCII, and `-` for nothing. */
function printable(text: string, length: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, length) || '-'
}

import { isLoopbackHost } from '../outgoing/index.ts'
import { checkHostAt, checkSecure } from './check-addresses.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { AuditSinkEntry, Sections } from './sections.ts'
import { readSyslogAddress } from './syslog-address.ts'

/** Headers that the webhook itself sets, or that belong to the connection. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'idempotency-key',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
])

/** Reports sinks that cannot send, and two that would share a place in the log. */
export function checkAudit(sections: Sections, report: Report): void {
  const lines = new Map<string, number>()
  for (const [index, sink] of sections.auditSinks.entries()) {
    if (sink === undefined) continue
    const path = ['audit', 'sinks', index]
    const line = lines.get(sink.id)
    if (line !== undefined) {
      const remedy = `choose another: line ${line} has it`
      report.problem([...path, 'id'], 'this id is used twice', remedy)
    }
    lines.set(sink.id, line ?? report.lineOf([...path, 'id']))
    checkTarget(sink, path, report)
  }
}

function checkTarget(sink: AuditSinkEntry, path: KeyPath, report: Report): void {
  const { webhook, syslog } = sink
  if ((webhook === undefined) === (syslog === undefined)) {
    const message = 'a sink sends in one way'
    report.problem(path, message, 'give either `webhook` or `syslog`')
  }
  if (webhook !== undefined) {
    checkSecure(webhook.url, [...path, 'webhook', 'url'], report)
    for (const name of Object.keys(webhook.headers)) {
      if (!ownHeaders.has(name.toLowerCase())) continue
      const place = [...path, 'webhook', 'headers', name]
      report.problem(place, 'this header is set already', 'leave it out', { atKey: true })
    }
  }
  if (syslog === undefined) return
  const place = [...path, 'syslog', 'address']
  const address = readSyslogAddress(syslog.address)
  if (address === undefined) {
    const remedy = 'write it as `tls://HOST:PORT`'
    report.problem(place, 'this is no address of a syslog receiver', remedy)
  } else if (address.protocol !== 'unix') {
    checkHostAt(address.host, place, report)
    if (address.protocol !== 'tls' && !isLoopbackHost(hostInUrl(address.host))) {
      const message = 'events cross the network in the clear, and nothing proves who receives them'
      report.warning(place, message, 'use `tls://` if the receiver can')
    }
  }
  if (syslog.caFile !== undefined && address?.protocol !== 'tls') {
    const remedy = 'leave it out, or use `tls://`'
    report.problem([...path, 'syslog', 'caFile'], 'authorities are for `tls://` only', remedy)
  }
}

/** As in a URL: an IPv6 address in brackets. */
function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type EventFormat, eventLine } from '../event-line.ts'
import type { LogRow } from '../read-log.ts'
import { type Sink, SinkFailure, sendDeadline } from './sink.ts'
import { writeAndClose } from './stream-exchange.ts'
import { sendDatagrams } from './syslog-datagrams.ts'
import { logLocally } from './syslog-local.ts'
import { priorityOf, type SyslogSender, syslogMessage } from './syslog-message.ts'

/** A syslog receiver as the file describes it. */
export interface SyslogTarget {
  readonly format: EventFormat
  readonly address:
    | { readonly protocol: 'udp' | 'tcp' | 'tls'; readonly host: string; readonly port: number }
    | { readonly protocol: 'unix'; readonly path: string }
  /** Authorities for `tls`, as PEM; undefined: Node's. */
  readonly ca: string | undefined
}

/** What a syslog sink works with. */
export interface SyslogOptions {
  readonly sender: SyslogSender
  /** Throws when this host is not to be called. */
  readonly check: (host: string) => void
  /** Finds, and checks, the addresses of names. */
  readonly lookup: LookupFunction
}

const batchSize = 500

/**
 * Sends RFC 5424 messages over UDP (RFC 5426), TCP (RFC 6587, octet counting), TLS (RFC 5425), or gives
 * them to this machine's own syslog. A stream has one connection for each batch: its end is the only
 * sign that a receiver has read everything. A datagram that was sent is all that can be known.
 */
export function syslogSink(id: string, target: SyslogTarget, options: SyslogOptions): Sink {
  const { address, format } = target
  const text = (row: LogRow) => syslogMessage(row, format, options.sender)

  async function send(batch: readonly LogRow[], signal: AbortSignal): Promise<void> {
    if (address.protocol === 'unix') {
      return logLocally(
        address.path,
        batch.map(row => localLine(row, format)),
        signal,
      )
    }
    options.check(address.host)
    const { host, port, protocol } = address
    if (protocol === 'udp') {
      return sendDatagrams({ host, port, lookup: options.lookup }, batch.map(text))
    }
    const socket = protocol === 'tls' ? tlsSocket(host, port) : tcpSocket(host, port)
    const frames = batch.map(row => frame(text(row))).join('')
    return writeAndClose(socket, Buffer.from(frames), { deadlineMs: sendDeadline, signal })
  }

  function tcpSocket(host: string, port: number): Socket {
    return connectTcp({ host, port, lookup: options.lookup })
  }

  function tlsSocket(host: string, port: number): Socket {
    const ca = target.ca === undefined ? {} : { ca: target.ca }
    return connectTls({
      host,
      port,
      lookup: options.lookup,
      // Also when NODE_TLS_REJECT_UNAUTHORIZED says otherwise.
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(isName(host) ? { servername: host } : {}),
      ...ca,
    })
  }

  return Object.freeze({
    id,
    batchSize,
    async send(batch: readonly LogRow[], signal: AbortSignal) {
      try {
        await send(batch, signal)
      } catch (cause) {
        if (cause instanceof SinkFailure) throw cause
        throw new SinkFailure(cause instanceof Error ? cause.message : String(cause), { cause })
      }
    },
  })
}

/** RFC 6587, 3.4.1: the length in bytes, a space, the message. */
function frame(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`
}

function localLine(row: LogRow, format: EventFormat): string {
  return `<${priorityOf(row)}>${eventLine(row, format)}`
}

function isName(host: string): boolean {
  return /[a-z]/i.test(host) && !host.includes(':')
}

import type { LookupFunction } from 'node:net'
import { createHttpSend, type HttpSend } from '@rolecall/aws'
import { ServerError } from '../errors.ts'
import { guardedLookup } from './guarded-lookup.ts'
import { isSecureUrl } from './loopback.ts'
import { checkHost, type OutgoingRules } from './outgoing-rules.ts'

/** Longest exchange in milliseconds, and largest answer in bytes, whatever the caller asks for. */
const mostMs = 30_000
const mostBytes = 16 * 1024 * 1024

/** How the guarded connections are made. */
export interface GuardedOptions {
  /** Finds addresses; default: the system's resolver. */
  readonly lookup?: LookupFunction
  /** Authorities as PEM; default: Node's. */
  readonly ca?: string | undefined
}

/**
 * HTTP for URLs that an administrator can type: https, or http to this machine; no metadata service, no
 * private network unless the file names that host; the address that is checked is the one that is
 * connected to. Follows no redirect: its answer is given as it is. Throws `outgoing-refused`, and what
 * `send` throws. A given `send` makes its own connections: then only what the URL says is checked.
 */
export function guardedSend(
  send: HttpSend | undefined,
  rules: OutgoingRules | (() => OutgoingRules),
  { lookup, ca }: GuardedOptions = {},
): HttpSend {
  const rulesNow = typeof rules === 'function' ? rules : () => rules
  const sendOn = send ?? createHttpSend({ lookup: guardedLookup(rulesNow, lookup), ca })
  return async request => {
    const url = new URL(request.url)
    if (!isSecureUrl(url)) {
      throw new ServerError('outgoing-refused', { detail: `${url.hostname}: it is not https` })
    }
    checkHost(url.hostname, rulesNow())
    try {
      return await sendOn({
        ...request,
        timeoutMs: Math.min(request.timeoutMs ?? mostMs, mostMs),
        maxBytes: Math.min(request.maxBytes ?? mostBytes, mostBytes),
      })
    } catch (error) {
      // Refused while connecting: the HTTP client wraps it as a failure of the network.
      const inner = error instanceof Error ? error.cause : undefined
      throw inner instanceof ServerError ? inner : error
    }
  }
}

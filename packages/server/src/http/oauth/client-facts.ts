/** What a request of the OAuth endpoints brings along for the pages and the audit log. */
import type { IncomingMessage } from 'node:http'
import { isIdentityText } from '../../signin/index.ts'

const addresses = new WeakMap<IncomingMessage, string>()

/** Remembers whose request it is, by our rules for proxies. */
export function rememberAddress(request: IncomingMessage, address: string): void {
  addresses.set(request, address)
}

/** The client's address of a request that `rememberAddress` saw. */
export function addressOf(request: IncomingMessage): string {
  return addresses.get(request) ?? 'unknown'
}

/** A client's words about itself, when they can be shown; at most 64 characters. */
export function shownText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim().slice(0, 64).trim()
  return isIdentityText(text) ? text : undefined
}

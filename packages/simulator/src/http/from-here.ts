import type { Incoming } from './exchange.ts'

/** A form that names its origin must have been sent from `origin`'s own pages. */
export function isFromHere(request: Incoming, origin: string): boolean {
  const { origin: sender } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return sender === undefined || sender === origin
}

/** A request as plain facts for the sign-in step. */
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import type { PeerCertificate, RequestFacts, Visit } from '../signin/index.ts'
import { clientAddress } from './client-address.ts'
import type { Cookies } from './cookies.ts'

/** Longest chain of a client certificate that is looked at. */
const longestChain = 10

/** What the request says, and what its connection is. */
export function requestFacts(request: FastifyRequest): RequestFacts {
  // Not `headers`: Node joins some that came twice, and keeps the first of others.
  const { rawHeaders, socket } = request.raw
  // Read when they are asked for: with a session and no proxy, nobody does.
  const sent = () =>
    rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [{ name, value: rawHeaders[index + 1] ?? '' }] : [],
    )
  return {
    header: wanted =>
      sent()
        .filter(({ name }) => name.toLowerCase() === wanted)
        .map(({ value }) => value),
    get headerNames() {
      return sent().map(({ name }) => name)
    },
    peer: socket.remoteAddress ?? 'unknown',
    address: clientAddress(request),
    certificate: certificateOf(socket),
    isCrossSite: isCrossSite(request),
  }
}

/**
 * The access token of a request to the API; empty when there is one that cannot be read. Elsewhere it
 * counts for nothing.
 */
export function bearerOf({ url, headers }: FastifyRequest): string | undefined {
  const { authorization } = headers
  if (authorization === undefined || !url.startsWith('/api/v1/')) return undefined
  if (!/^bearer(?: |$)/i.test(authorization)) return undefined
  return /^bearer +([\w-]{1,128})$/i.exec(authorization)?.[1] ?? ''
}

const visits = new WeakMap<FastifyRequest, Visit>()

/** The same with what the browser keeps for us. */
export function visitOf(request: FastifyRequest, cookies: Cookies): Visit {
  const known = visits.get(request)
  if (known !== undefined) return known
  const visit = {
    facts: requestFacts(request),
    session: cookies.session.read(request),
    signedOut: cookies.signedOut.read(request),
    bearer: bearerOf(request),
  }
  visits.set(request, visit)
  return visit
}

/**
 * What a proxy adds comes with every request, as a cookie would: it counts where a cookie with
 * `SameSite=Lax` comes along. That is a request of our own pages, of no page, or a navigation by GET.
 */
function isCrossSite({ headers, method }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  return method !== 'GET' || headers['sec-fetch-mode'] !== 'navigate'
}

function certificateOf(socket: unknown): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  const isVerified = socket.authorized
  return { certificate, isVerified, issuers: isVerified ? issuersOf(socket) : [] }
}

/** The chain that OpenSSL built; the other form of the certificate has none here. */
function issuersOf(socket: TLSSocket): readonly string[] {
  const issuers: string[] = []
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true).issuerCertificate
  while (at !== undefined && issuers.length < longestChain) {
    if (issuers.includes(at.fingerprint256)) break
    issuers.push(at.fingerprint256)
    at = at.issuerCertificate
  }
  return issuers
}

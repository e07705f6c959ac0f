/** What the sign-in step may know of a request: plain facts, none of them verified. */
import type { X509Certificate } from 'node:crypto'

/** A client certificate that came with the connection. */
export interface PeerCertificate {
  readonly certificate: X509Certificate
  /** Its time, and a chain to one of the authorities that the listener asks for, were verified. */
  readonly isVerified: boolean
  /** SHA-256 of every certificate above it, as Node writes it. */
  readonly issuers: readonly string[]
}

/** A request, as far as it tells who sends it. */
export interface RequestFacts {
  /** Every value of that header (its name in lower case), one byte a character. */
  header(name: string): readonly string[]
  /** The name of every header, as it was sent. */
  readonly headerNames: readonly string[]
  /** The address of the connection itself. */
  readonly peer: string
  /** The client's address: the peer's, or what trusted proxies say it is. */
  readonly address: string
  readonly certificate: PeerCertificate | undefined
  /** Another site made a browser send it: a `SameSite=Lax` cookie would not have come along. */
  readonly isCrossSite: boolean
}

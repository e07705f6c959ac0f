/** Whether a request really comes from the proxy that a source of headers names. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { HeaderSourceConfig } from '../../config/config.ts'
import { certificatesOf } from '../../config/index.ts'
import { SignInRefusal } from '../refusals.ts'
import type { RequestFacts } from './request-facts.ts'
import { singleHeader } from './single-header.ts'

/** Throws a `SignInRefusal` unless the secret and the certificate that the source asks for came along. */
export function checkProxy(source: HeaderSourceConfig, facts: RequestFacts): void {
  checkSecret(source, facts)
  checkCertificate(source, facts)
}

function checkSecret({ secret }: HeaderSourceConfig, facts: RequestFacts): void {
  if (secret === undefined) return
  const sent = singleHeader(facts, secret.header)
  if (sent !== undefined && isSame(sent, secret.value.reveal())) return
  throw new SignInRefusal('proxy-unproven', {
    check: `header ${secret.header}`,
    expected: 'the secret of the proxy',
    received: sent === undefined ? 'no such header' : 'another value',
  })
}

/** Hashes have one length: the time tells nothing about either text. */
function isSame(a: string, b: string): boolean {
  // A header's bytes come one a character.
  const [left, right] = [Buffer.from(a, 'latin1'), Buffer.from(b, 'utf8')].map(bytes =>
    createHash('sha256').update(bytes).digest(),
  )
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

function checkCertificate({ clientCertificate }: HeaderSourceConfig, facts: RequestFacts): void {
  if (clientCertificate === undefined) return
  const { ca, subject, fingerprint } = clientCertificate
  const refuse = (expected: string, received: string) =>
    new SignInRefusal('proxy-unproven', { check: 'client certificate', expected, received })
  if (facts.certificate === undefined) throw refuse('one', 'none')
  const { certificate, isVerified, issuers } = facts.certificate
  // The listener trusts the authorities of every source: this one must come from ours.
  const ours = certificatesOf(ca)
  const isOurs = isVerified && ours.some(({ fingerprint256 }) => issuers.includes(fingerprint256))
  if (!isOurs) throw refuse('issued by `caFile`', isVerified ? 'issued by another' : 'not verified')
  if (fingerprint !== undefined) {
    const shown = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
    if (shown !== fingerprint) throw refuse(`fingerprint ${fingerprint}`, shown)
  }
  if (subject !== undefined && certificate.checkHost(subject, exactly) === undefined) {
    throw refuse(`the name ${subject}`, 'a certificate of another name')
  }
}

const exactly = { subject: 'default', wildcards: false, partialWildcards: false } as const

import { deflateRawSync } from 'node:zlib'
import { SamlError } from '../errors.ts'
import { type Allowed, type KeyInput, methodOf, type SigningKey } from '../signature/algorithms.ts'
import { verifyWithKeys } from '../signature/keys.ts'
import { signOctets } from '../signature/octets.ts'
import { decodeBase64 } from './base64.ts'
import { inflate } from './inflate.ts'
import { isSamlParameter, percentDecode, refuseRedirect, samlParameters } from './redirect-query.ts'

/** The parameter or field that carries a message. */
export type MessageName = 'SAMLRequest' | 'SAMLResponse'

const deflateEncoding = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE'

/** What goes into a redirect. */
export interface RedirectMessage {
  readonly xml: string
  readonly relayState?: string | undefined
  readonly sign?: SigningKey | undefined
}

/** What came by a redirect. `signature` is present when the query carried Signature and SigAlg. */
export interface ReceivedRedirect {
  readonly xml: Buffer
  readonly relayState: string | undefined
  readonly signature: RedirectSignature | undefined
}

/** A detached signature over raw query octets. */
export interface RedirectSignature {
  readonly octets: string
  readonly algorithm: string
  readonly value: Buffer
}

/**
 * The URL that carries a message by HTTP-Redirect with DEFLATE encoding (saml-bindings 3.4.4.1).
 * The query of `endpoint` is kept in front; it must not hold a SAML parameter itself.
 */
export function encodeRedirect(
  endpoint: string,
  name: MessageName,
  message: RedirectMessage,
): string {
  const mark = endpoint.indexOf('?')
  const existing = mark < 0 ? '' : endpoint.slice(mark + 1)
  if (existing.split('&').some(isSamlParameter)) {
    throw new SamlError('option.invalid', {
      check: 'endpoint',
      expected: 'a URL without SAML query parameters',
      received: endpoint,
    })
  }
  const deflated = deflateRawSync(Buffer.from(message.xml, 'utf8')).toString('base64')
  let query = `${name}=${encodeURIComponent(deflated)}`
  if (message.relayState !== undefined) {
    query += `&RelayState=${encodeURIComponent(message.relayState)}`
  }
  if (message.sign !== undefined) {
    query = signQuery(query, message.sign)
  }
  if (mark < 0) return `${endpoint}?${query}`
  return existing === '' ? `${endpoint}${query}` : `${endpoint}&${query}`
}

/**
 * Reads a message from the raw query of a request (R15: the octets after `?`, nothing decoded).
 * Refuses repeated SAML parameters, names written with percent codes, another message beside
 * `name`, an encoding other than DEFLATE, lenient base64, and a message that inflates beyond
 * 1 MiB or 100 times its size or leaves input unread.
 */
export function decodeRedirect(query: string, name: MessageName): ReceivedRedirect {
  const raw = samlParameters(query)
  const other = name === 'SAMLRequest' ? 'SAMLResponse' : 'SAMLRequest'
  if (raw.has(other)) refuseRedirect('parameters', `${name} alone`, `${other} too`)
  const message = raw.get(name)
  if (message === undefined) return refuseRedirect('parameters', name, 'none')
  const encoding = raw.get('SAMLEncoding')
  if (encoding !== undefined && percentDecode(encoding) !== deflateEncoding) {
    refuseRedirect('SAMLEncoding', deflateEncoding, 'another encoding')
  }
  const relayState = raw.get('RelayState')
  return {
    xml: inflate(decodeBase64(percentDecode(message), name)),
    relayState: relayState === undefined ? undefined : percentDecode(relayState),
    signature: signatureOf(raw, name, message),
  }
}

/** Verifies the signature of a redirect with one of the keys, or throws a `signature.*` code. */
export function verifyRedirect(
  signature: RedirectSignature,
  keys: readonly KeyInput[],
  allowed: Allowed,
): void {
  const { octets, algorithm, value } = signature
  const method = methodOf(algorithm, allowed)
  if (method === undefined) {
    throw new SamlError('signature.algorithm', { check: 'SigAlg', received: algorithm })
  }
  verifyWithKeys(octets, value, method, keys, allowed)
}

function signQuery(query: string, sign: SigningKey): string {
  const { octets, signature } = signOctets(
    algorithm => `${query}&SigAlg=${encodeURIComponent(algorithm)}`,
    sign,
  )
  return `${octets}&Signature=${encodeURIComponent(signature.toString('base64'))}`
}

function signatureOf(
  raw: ReadonlyMap<string, string>,
  name: MessageName,
  message: string,
): RedirectSignature | undefined {
  const algorithm = raw.get('SigAlg')
  const value = raw.get('Signature')
  if (algorithm === undefined && value === undefined) return undefined
  if (algorithm === undefined || value === undefined) {
    return refuseRedirect('parameters', 'Signature and SigAlg together', 'one of them')
  }
  const relayState = raw.get('RelayState')
  const signed = [
    `${name}=${message}`,
    ...(relayState === undefined ? [] : [`RelayState=${relayState}`]),
    `SigAlg=${algorithm}`,
  ]
  return {
    octets: signed.join('&'),
    algorithm: percentDecode(algorithm),
    value: decodeBase64(percentDecode(value), 'Signature'),
  }
}

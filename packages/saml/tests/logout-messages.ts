import { generateKeyPairSync, sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import {
  buildLogoutRequest,
  buildLogoutResponse,
  type LogoutRequestInput,
  type LogoutRequestOptions,
  type LogoutResponseInput,
  type LogoutResponseOptions,
  type ReadLogoutRequestOptions,
  readLogoutRequest,
  readLogoutResponse,
  signXml,
} from '@rolecall/saml'

/** What the tests of logout share: an honest identity provider that asks, and ways to forge it. */
export const now = new Date('2026-11-21T01:00:00Z')
export const idp = 'https://idp.example.test/metadata'
export const sloUrl = 'https://sp.example.test/slo'
export const honest = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const bindingNames = ['redirect', 'post', 'soap'] as const

export type Binding = (typeof bindingNames)[number]
export type Message = 'request' | 'response'

export const nameId = {
  value: 'alice@corp.test',
  format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  nameQualifier: idp,
  spNameQualifier: 'https://sp.example.test/metadata',
}

export function buildRequest(binding: Binding, options: Partial<LogoutRequestOptions> = {}) {
  return buildLogoutRequest({
    issuer: idp,
    destination: sloUrl,
    binding,
    now,
    nameId,
    sessionIndexes: ['_s1', '_s2'],
    reason: 'urn:oasis:names:tc:SAML:2.0:logout:user',
    id: '_q1',
    sign: { key: honest.privateKey },
    ...options,
  })
}

export function buildResponse(binding: Binding, options: Partial<LogoutResponseOptions> = {}) {
  return buildLogoutResponse({
    issuer: idp,
    destination: sloUrl,
    binding,
    now,
    inResponseTo: '_asked',
    id: '_r1',
    sign: { key: honest.privateKey },
    ...options,
  })
}

interface Sent {
  readonly url: string
  readonly form?: { readonly [name: string]: string }
  readonly envelope?: string
}

/** What a browser or a SOAP client hands over of a message that was built. */
export function requestInput({ url, form, envelope }: Sent): LogoutRequestInput {
  if (envelope !== undefined) return { binding: 'soap', envelope }
  if (form === undefined) return { binding: 'redirect', query: url.slice(url.indexOf('?') + 1) }
  return { binding: 'post', samlRequest: form.SAMLRequest ?? '', relayState: form.RelayState }
}

export function responseInput(sent: Sent): LogoutResponseInput {
  const input = requestInput(sent)
  if (input.binding !== 'post') return input
  return { ...input, samlResponse: sent.form?.SAMLResponse ?? '' }
}

export function readRequest(
  input: LogoutRequestInput,
  options: Partial<ReadLogoutRequestOptions> = {},
) {
  return readLogoutRequest(input, {
    peer: { entityId: idp, signingKeys: [honest.publicKey] },
    destination: sloUrl,
    now,
    replay: { seen: () => false },
    ...options,
  })
}

export function readResponse(input: LogoutResponseInput) {
  return readLogoutResponse(input, {
    peer: { entityId: idp, signingKeys: [honest.publicKey] },
    destination: sloUrl,
    inResponseTo: '_asked',
    now,
  })
}

export const soap = (body: string, header = '') =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">${header}<s:Body>${body}</s:Body></s:Envelope>`

/** The message without a signature. */
export function bare(message: Message): string {
  return (message === 'request' ? buildRequest('redirect') : buildResponse('redirect')).xml
}

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')

/** XML as it stands, by a binding that carries its signature in the XML or has none. */
export function carried(xml: string, binding: Binding): LogoutRequestInput & LogoutResponseInput {
  if (binding === 'soap') return { binding, envelope: soap(xml) }
  if (binding === 'post') return { binding, samlRequest: base64(xml), samlResponse: base64(xml) }
  return { binding, query: `SAMLRequest=${encodeURIComponent(base64(deflateRawSync(xml)))}` }
}

/** XML signed as the binding wants it, whatever it says: what a peer that errs would send. */
export function signedAs(
  xml: string,
  binding: Binding,
  message: Message,
  { privateKey } = honest,
): LogoutRequestInput & LogoutResponseInput {
  if (binding !== 'redirect') return carried(signXml(xml, { key: privateKey }), binding)
  const name = message === 'request' ? 'SAMLRequest' : 'SAMLResponse'
  const algorithm = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'
  const octets = `${name}=${encodeURIComponent(base64(deflateRawSync(xml)))}&SigAlg=${encodeURIComponent(algorithm)}`
  const value = sign('sha256', Buffer.from(octets), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return { binding, query: `${octets}&Signature=${encodeURIComponent(base64(value))}` }
}

import { bindings } from '../names.ts'
import type { SigningKey } from '../signature/algorithms.ts'
import { el, type XmlOutput, type XmlTree } from '../xml/write.ts'
import { flagOption, idOption, invalidOption, listOption, textOption } from './check-option.ts'
import { type GivenNameId, nameIdElement } from './name-id-element.ts'
import type { AuthnContextComparison, Scoping } from './request-demands.ts'
import { type BuiltMessage, checkEndpoint, sendMessage } from './send-message.ts'
import { writeTime } from './write-time.ts'

/** What `buildAuthnRequest` needs to know. */
export interface AuthnRequestOptions {
  /** `acsIndex` asks for an answer at the registered endpoint of that index instead of at `acsUrl`. */
  readonly sp: {
    readonly entityId: string
    readonly acsUrl?: string
    readonly acsIndex?: number
  }
  readonly idp: { readonly ssoUrl: string }
  readonly binding: 'redirect' | 'post'
  readonly now: Date
  /** An NCName that was never used before; made here when absent. */
  readonly id?: string
  /** At most 80 bytes of UTF-8 (saml-bindings 3.4.3). */
  readonly relayState?: string | undefined
  readonly forceAuthn?: boolean
  readonly isPassive?: boolean
  readonly nameIdFormat?: string
  /** Whose namespace the name identifier is to be of, where it is not that of the SP. */
  readonly spNameQualifier?: string
  /** Whether an identifier may be made for a person who has none yet; default true. */
  readonly allowCreate?: boolean
  /** Accepted authentication context classes, the most wanted first. */
  readonly authnContextClassRefs?: readonly string[]
  /** How they are compared; default `exact`. */
  readonly authnContextComparison?: AuthnContextComparison
  /** The person who alone may be signed in (saml-core 3.4.1.4). */
  readonly subject?: GivenNameId
  /** The registered AttributeConsumingService whose attributes are wanted. */
  readonly attributeConsumingServiceIndex?: number
  readonly providerName?: string
  readonly scoping?: Partial<Scoping>
  readonly sign?: SigningKey | undefined
}

/** A request ready to be sent: go to `url` (Redirect), or post `form` to it (POST). */
export interface BuiltAuthnRequest extends Omit<BuiltMessage<'SAMLRequest'>, 'envelope'> {
  readonly id: string
}

/**
 * An AuthnRequest (saml-core 3.4.1) that asks for an answer by POST to an ACS of the SP.
 * Redirect: `url` keeps the query of `ssoUrl`; a signature covers the raw query octets
 * (saml-bindings 3.4.4.1). POST: a signature is enveloped in the XML (saml-bindings 3.5.4).
 */
export function buildAuthnRequest(options: AuthnRequestOptions): BuiltAuthnRequest {
  const { binding, sign, relayState, idp } = options
  if (binding !== 'redirect' && binding !== 'post') {
    return invalidOption('binding', 'redirect or post', String(binding))
  }
  const id = idOption('id', options.id)
  const to = { binding, url: idp.ssoUrl, check: 'idp.ssoUrl', relayState, sign }
  return Object.freeze({ id, ...sendMessage('SAMLRequest', requestElement(options, id), to) })
}

function requestElement(options: AuthnRequestOptions, id: string): XmlTree {
  const { sp, idp, subject, attributeConsumingServiceIndex, providerName } = options
  return el(
    'samlp:AuthnRequest',
    {
      ID: id,
      Version: '2.0',
      IssueInstant: writeTime(options.now),
      Destination: idp.ssoUrl,
      ...answerAt(sp),
      ForceAuthn: flagOption(options.forceAuthn),
      IsPassive: flagOption(options.isPassive),
      AttributeConsumingServiceIndex: indexOption(
        'attributeConsumingServiceIndex',
        attributeConsumingServiceIndex,
      ),
      ProviderName: providerName,
    },
    el('saml:Issuer', {}, textOption('sp.entityId', sp.entityId)),
    subject === undefined ? undefined : el('saml:Subject', {}, nameIdElement(subject, 'subject')),
    policyElement(options),
    contextElement(options),
    scopingElement(options.scoping),
  )
}

/** saml-core 3.4.1: the index stands alone, a URL together with the binding. */
function answerAt({ acsUrl, acsIndex }: AuthnRequestOptions['sp']) {
  if (acsIndex !== undefined) {
    if (acsUrl !== undefined) invalidOption('sp.acsUrl', 'none beside acsIndex', acsUrl)
    return { AssertionConsumerServiceIndex: indexOption('sp.acsIndex', acsIndex) }
  }
  checkEndpoint('sp.acsUrl', textOption('sp.acsUrl', acsUrl))
  return { AssertionConsumerServiceURL: acsUrl, ProtocolBinding: bindings.post }
}

function policyElement(options: AuthnRequestOptions): XmlOutput | undefined {
  const { nameIdFormat, spNameQualifier, allowCreate } = options
  if (nameIdFormat === undefined && spNameQualifier === undefined && allowCreate === undefined) {
    return undefined
  }
  return el('samlp:NameIDPolicy', {
    Format: nameIdFormat,
    SPNameQualifier: spNameQualifier,
    AllowCreate: flagOption(allowCreate ?? true),
  })
}

function contextElement(options: AuthnRequestOptions): XmlOutput | undefined {
  const { authnContextClassRefs = [], authnContextComparison } = options
  if (listOption('authnContextClassRefs', authnContextClassRefs).length === 0) {
    if (authnContextComparison === undefined) return undefined
    return invalidOption('authnContextComparison', 'none without classes', authnContextComparison)
  }
  return el(
    'samlp:RequestedAuthnContext',
    { Comparison: authnContextComparison ?? 'exact' },
    authnContextClassRefs.map(name => el('saml:AuthnContextClassRef', {}, name)),
  )
}

function scopingElement(scoping: Partial<Scoping> | undefined): XmlOutput | undefined {
  if (scoping === undefined) return undefined
  const { proxyCount, idpList = [], requesterIds = [] } = scoping
  const entries = idpList.map(name => el('samlp:IDPEntry', { ProviderID: name }))
  return el(
    'samlp:Scoping',
    { ProxyCount: indexOption('scoping.proxyCount', proxyCount) },
    entries.length === 0 ? undefined : el('samlp:IDPList', {}, entries),
    requesterIds.map(name => el('samlp:RequesterID', {}, name)),
  )
}

function indexOption(check: string, value: number | undefined): string | undefined {
  if (value === undefined) return undefined
  const fits = Number.isInteger(value) && value >= 0 && value <= 65_535
  return fits ? String(value) : invalidOption(check, '0 to 65535', String(value))
}

import { defined } from '../defined.ts'
import { isHttpUrl } from '../http-url.ts'
import { bindings } from '../names.ts'
import type { SigningKey } from '../signature/algorithms.ts'
import { signOutput } from '../signature/sign-output.ts'
import { el, writeXml } from '../xml/write.ts'
import { flagOption, idOption, invalidOption, textOption } from './check-option.ts'
import { encodePost } from './post-binding.ts'
import { encodeRedirect } from './redirect-binding.ts'
import { checkRelayState } from './relay-state.ts'
import { writeTime } from './write-time.ts'

/** What `buildAuthnRequest` needs to know. */
export interface AuthnRequestOptions {
  readonly sp: { readonly entityId: string; readonly acsUrl: string }
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
  /** Accepted authentication context classes, compared by `exact`. */
  readonly authnContextClassRefs?: readonly string[]
  readonly sign?: SigningKey | undefined
}

/** A request ready to be sent: go to `url` (Redirect), or post `form` to it (POST). */
export interface BuiltAuthnRequest {
  readonly id: string
  readonly xml: string
  readonly url: string
  readonly form?: { readonly SAMLRequest: string; readonly RelayState?: string }
}

/**
 * An AuthnRequest (saml-core 3.4.1) that asks for an answer by POST to the SP's ACS URL.
 * Redirect: `url` keeps the query of `ssoUrl`; a signature covers the raw query octets
 * (saml-bindings 3.4.4.1). POST: a signature is enveloped in the XML (saml-bindings 3.5.4).
 */
export function buildAuthnRequest(options: AuthnRequestOptions): BuiltAuthnRequest {
  const { binding, sign, relayState } = options
  const { ssoUrl } = options.idp
  const id = idOption('id', options.id)
  checkEndpoint('idp.ssoUrl', ssoUrl)
  checkEndpoint('sp.acsUrl', options.sp.acsUrl)
  if (relayState !== undefined) checkRelayState(relayState)
  const request = requestElement(options, id)
  if (binding === 'redirect') {
    const xml = writeXml(request)
    const message = { xml, relayState, sign }
    return Object.freeze({ id, xml, url: encodeRedirect(ssoUrl, 'SAMLRequest', message) })
  }
  const xml = writeXml(sign === undefined ? request : signOutput(request, sign))
  const form = defined({ SAMLRequest: encodePost(xml), RelayState: relayState })
  return Object.freeze({ id, xml, url: ssoUrl, form })
}

function requestElement(options: AuthnRequestOptions, id: string) {
  const { sp, idp, nameIdFormat, authnContextClassRefs = [] } = options
  return el(
    'samlp:AuthnRequest',
    {
      ID: id,
      Version: '2.0',
      IssueInstant: writeTime(options.now),
      Destination: idp.ssoUrl,
      AssertionConsumerServiceURL: sp.acsUrl,
      ProtocolBinding: bindings.post,
      ForceAuthn: flagOption(options.forceAuthn),
      IsPassive: flagOption(options.isPassive),
    },
    el('saml:Issuer', {}, textOption('sp.entityId', sp.entityId)),
    nameIdFormat === undefined
      ? undefined
      : el('samlp:NameIDPolicy', { Format: nameIdFormat, AllowCreate: 'true' }),
    authnContextClassRefs.length === 0
      ? undefined
      : el(
          'samlp:RequestedAuthnContext',
          { Comparison: 'exact' },
          authnContextClassRefs.map(name => el('saml:AuthnContextClassRef', {}, name)),
        ),
  )
}

function checkEndpoint(check: string, value: string): void {
  if (isHttpUrl(value) && !value.includes('#')) return
  invalidOption(check, 'an absolute http or https URL without a fragment', value)
}

import { type AuthnRequest, chooseAcs, readAuthnRequest, SamlError } from '@rolecall/saml'
import { SimulatorError } from '../errors.ts'
import { bodyText, type Incoming, isForm } from '../http/exchange.ts'
import type { ServiceProvider } from './service-providers.ts'
import type { PendingRequest } from './sessions.ts'
import type { IdpState } from './state.ts'

/** Reads the AuthnRequest of either binding and decides where its answer may go. Throws `SimulatorError`. */
export async function readSsoRequest(
  request: Incoming,
  state: IdpState,
): Promise<{
  readonly pending: PendingRequest
  readonly forceAuthn: boolean
  readonly isPassive: boolean
}> {
  const authnRequest = await read(request, state)
  const provider = state.providers.find(authnRequest.issuer)
  if (provider === undefined) {
    throw new SimulatorError('service_provider_unknown', `Issuer: ${authnRequest.issuer}`)
  }
  return {
    pending: {
      spEntityId: provider.entityId,
      title: provider.title,
      acsUrl: acsOf(authnRequest, provider),
      inResponseTo: authnRequest.id,
      relayState: authnRequest.relayState,
    },
    forceAuthn: authnRequest.forceAuthn,
    isPassive: authnRequest.isPassive,
  }
}

async function read(request: Incoming, state: IdpState): Promise<AuthnRequest> {
  const entity = (issuer: string) => {
    const provider = state.providers.find(issuer)
    if (provider !== undefined) return provider.metadata
    throw new SimulatorError('service_provider_unknown', `Issuer: ${issuer}`)
  }
  const checks = {
    entity,
    destination: state.identity.ssoUrl,
    now: state.now(),
    requireSignature: state.requireSignedRequests,
  }
  try {
    if (request.method !== 'POST') {
      return await readAuthnRequest({ binding: 'redirect', query: request.query }, checks)
    }
    const form = new URLSearchParams(isForm(request) ? bodyText(request) : '')
    const samlRequest = form.get('SAMLRequest') ?? ''
    const relayState = form.get('RelayState')
    return await readAuthnRequest(
      { binding: 'post', samlRequest, ...(relayState === null ? {} : { relayState }) },
      checks,
    )
  } catch (cause) {
    if (!(cause instanceof SamlError)) throw cause
    throw new SimulatorError('request_invalid', cause.message, { cause })
  }
}

function acsOf(request: AuthnRequest, provider: ServiceProvider): string {
  try {
    return chooseAcs(request, provider.metadata).location
  } catch (cause) {
    if (!(cause instanceof SamlError)) throw cause
    throw new SimulatorError('acs_unknown', cause.message, { cause })
  }
}

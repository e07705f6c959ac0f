import { SamlError } from '../errors.ts'
import { defaultOf } from '../metadata/default-of.ts'
import type { IndexedEndpoint } from '../metadata/model.ts'
import { bindings } from '../names.ts'
import type { RequestAddress } from './request-facts.ts'

/** What `chooseAcs` has to know of a service provider: a `MetadataEntity`, or the same facts from elsewhere. */
export interface AcsOwner {
  readonly entityId: string
  readonly sp?: { readonly acsEndpoints: readonly IndexedEndpoint[] }
}

/**
 * Where to answer a request: one of the POST endpoints that the service provider has registered,
 * whether the request is signed or not (saml-profiles 4.1.4.1). By URL: equal to a registered one;
 * by index: the registered index; by neither: the default of them, see `defaultOf`.
 */
export function chooseAcs(
  request: Omit<RequestAddress, 'id' | 'destination'>,
  entity: AcsOwner,
): IndexedEndpoint {
  const { issuer, acsUrl, acsIndex, protocolBinding } = request
  if (issuer !== entity.entityId) {
    throw new SamlError('request.issuer', {
      check: 'Issuer',
      expected: entity.entityId,
      received: issuer,
    })
  }
  if (protocolBinding !== undefined && protocolBinding !== bindings.post) {
    refuse('ProtocolBinding', bindings.post, protocolBinding)
  }
  const registered =
    entity.sp?.acsEndpoints.filter(({ binding }) => binding === bindings.post) ?? []
  if (acsUrl !== undefined) {
    return (
      registered.find(({ location }) => location === acsUrl) ??
      refuse('AssertionConsumerServiceURL', 'a registered POST endpoint', acsUrl)
    )
  }
  if (acsIndex !== undefined) {
    return (
      registered.find(({ index }) => index === acsIndex) ??
      refuse('AssertionConsumerServiceIndex', 'a registered POST endpoint', String(acsIndex))
    )
  }
  return defaultOf(registered) ?? refuse('default endpoint', 'a registered POST endpoint', 'none')
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('request.acs', { check, expected, received })
}

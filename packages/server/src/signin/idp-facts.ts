/** What we need to know of an identity provider, read from its metadata. */
import { bindings, type MetadataEntity, readMetadata, type SloEndpoint } from '@rolecall/saml'
import { isSecureUrl } from '../outgoing/index.ts'

/** An identity provider as its metadata describes it. */
export interface IdpFacts {
  readonly entityId: string
  readonly sso: { readonly binding: 'redirect' | 'post'; readonly location: string }
  /** PEM certificates. */
  readonly signingKeys: readonly string[]
  /** Whether it takes signed requests only. */
  readonly wantsSignedRequests: boolean
  /** Where it takes what belongs to single logout; those that are not secure are left out. */
  readonly sloEndpoints: readonly SloEndpoint[]
  /** After this the metadata counts no more. */
  readonly validUntil: Date | undefined
  /** How long its publisher lets a copy be kept. */
  readonly cacheDurationSeconds: number | undefined
}

/**
 * Reads the facts of one identity provider: the one named `entityId`, else the only one in the
 * document. Throws `SamlError` for bad XML, and `Error` that says what is missing.
 */
export function readIdpFacts(xml: string, entityId: string | undefined, now: Date): IdpFacts {
  const entity = pickEntity(readMetadata(xml, { now }).entities, entityId)
  const idp = entity.idp
  if (idp === undefined) throw new Error(`${entity.entityId} is not an identity provider`)
  if (idp.signingCertificates.length === 0) {
    throw new Error(`${entity.entityId} names no signing certificate`)
  }
  const redirect = idp.ssoEndpoints.find(endpoint => endpoint.binding === bindings.redirect)
  const post = idp.ssoEndpoints.find(endpoint => endpoint.binding === bindings.post)
  const endpoint = redirect ?? post
  if (endpoint === undefined) {
    throw new Error(`${entity.entityId} offers neither HTTP-Redirect nor HTTP-POST for sign-in`)
  }
  checkLocation(endpoint.location)
  return {
    entityId: entity.entityId,
    sso: { binding: redirect === undefined ? 'post' : 'redirect', location: endpoint.location },
    signingKeys: idp.signingCertificates,
    wantsSignedRequests: idp.wantAuthnRequestsSigned,
    sloEndpoints: idp.sloEndpoints.filter(({ location, responseLocation = location }) =>
      [location, responseLocation].every(isSecure),
    ),
    validUntil: entity.validUntil,
    cacheDurationSeconds: entity.cacheDurationSeconds,
  }
}

function pickEntity(entities: readonly MetadataEntity[], entityId: string | undefined) {
  const candidates = entities.filter(entity =>
    entityId === undefined ? entity.idp !== undefined : entity.entityId === entityId,
  )
  const [first, ...others] = candidates
  if (first === undefined) {
    throw new Error(
      `the metadata holds no identity provider${entityId ? ` named ${entityId}` : ''}`,
    )
  }
  if (others.length > 0) {
    throw new Error(
      `the metadata holds ${candidates.length} identity providers; name one with entityId`,
    )
  }
  return first
}

function checkLocation(location: string): void {
  if (isSecure(location)) return
  throw new Error(`the sign-in address ${location} is not https`)
}

function isSecure(location: string): boolean {
  return URL.canParse(location) && isSecureUrl(new URL(location))
}

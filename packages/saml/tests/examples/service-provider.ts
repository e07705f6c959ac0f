import { bindings, buildAuthnRequest, readMetadata, verifyResponse } from '@rolecall/saml'

const sp = { entityId: 'https://app.example.com/saml', acsUrl: 'https://app.example.com/saml/acs' }

/** The identity provider, from the metadata document that its administrator gave you. */
export function readIdp(metadataXml: string, now: Date) {
  const entity = readMetadata(metadataXml, { now }).entities.find(each => each.idp !== undefined)
  const sso = entity?.idp?.ssoEndpoints.find(each => each.binding === bindings.redirect)
  if (entity?.idp === undefined || sso === undefined) throw new Error('no usable identity provider')
  const { entityId, idp } = entity
  return { entityId, ssoUrl: sso.location, signingKeys: idp.signingCertificates }
}

type Idp = ReturnType<typeof readIdp>

/** Send the browser to `url`; keep `id` on the server, bound to this browser by a cookie. */
export function startSignIn(idp: Idp, relayState: string, now: Date) {
  return buildAuthnRequest({ sp, idp, binding: 'redirect', relayState, now })
}

const seenUntil = new Map<string, Date>()

/** `samlResponse` is the form field that the browser posted, `id` the request that it answers, or null. */
export async function finishSignIn(idp: Idp, samlResponse: string, id: string | null, now: Date) {
  const { nameId, attributes } = await verifyResponse(samlResponse, {
    idp,
    sp,
    now,
    inResponseTo: id,
    replay: {
      // Forget an entry after its `until`. Several processes share a table with a unique key.
      seen(assertionId, until) {
        if (seenUntil.has(assertionId)) return true
        seenUntil.set(assertionId, until)
        return false
      },
    },
  })
  return { name: nameId.value, groups: attributes.get('groups') ?? [] }
}

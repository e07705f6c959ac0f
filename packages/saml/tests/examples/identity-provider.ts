import {
  bindings,
  buildMetadata,
  chooseAcs,
  issueResponse,
  type MetadataEntity,
  readAuthnRequest,
} from '@rolecall/saml'

const idp = { entityId: 'https://idp.example.com/saml' }
const ssoUrl = 'https://idp.example.com/saml/sso'

/** The document to give to service providers. */
export function metadata(certificate: string) {
  return buildMetadata({
    entityId: idp.entityId,
    idp: {
      ssoEndpoints: [{ binding: bindings.redirect, location: ssoUrl }],
      signingCertificates: [certificate],
    },
  })
}

/** `query` is what stands after the `?` of the request's URL, exactly as it was received. */
export function receive(query: string, known: ReadonlyMap<string, MetadataEntity>, now: Date) {
  const request = readAuthnRequest(
    { binding: 'redirect', query },
    {
      keys: issuer => known.get(issuer)?.sp?.signingCertificates,
      destination: ssoUrl,
      now,
    },
  )
  const entity = known.get(request.issuer)
  if (entity === undefined) throw new Error('unknown service provider')
  return { request, acsUrl: chooseAcs(request, entity).location }
}

/** Post the result as `SAMLResponse`, with the request's RelayState, to `acsUrl`. */
export function answer(
  { request, acsUrl }: ReturnType<typeof receive>,
  person: { name: string; groups: string[] },
  keyPair: { key: string; certificate: string },
  now: Date,
) {
  const xml = issueResponse(
    {
      idp,
      sp: { entityId: request.issuer, acsUrl },
      subject: { nameId: person.name },
      attributes: { groups: person.groups },
      inResponseTo: request.id,
      now,
    },
    { ...keyPair, sign: 'assertion' },
  )
  return Buffer.from(xml).toString('base64')
}

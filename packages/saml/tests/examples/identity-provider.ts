import {
  type AuthnRequest,
  bindings,
  buildMetadata,
  chooseAcs,
  chooseNameIdFormat,
  issueResponse,
  type MetadataEntity,
  nameIdFormats,
  readAuthnRequest,
  refusalAnswer,
} from '@rolecall/saml'

const idp = { entityId: 'https://idp.example.com/saml' }
const ssoUrl = 'https://idp.example.com/saml/sso'

type Known = ReadonlyMap<string, MetadataEntity>
type KeyPair = { key: string; certificate: string }

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
export function receive(query: string, known: Known, now: Date) {
  return readAuthnRequest(
    { binding: 'redirect', query },
    { entity: issuer => known.get(issuer), destination: ssoUrl, now },
  )
}

/** Post the result as `SAMLResponse`, with the request's RelayState, to `acsUrl`. */
export function answer(
  /** For a sign-in that begins here: `{ issuer: entityId }`. */
  request: { issuer: string } & Partial<AuthnRequest>,
  person: { name: string; groups: string[] },
  known: Known,
  keyPair: KeyPair,
  now: Date,
) {
  const entity = known.get(request.issuer)
  if (entity === undefined) throw new Error('unknown service provider')
  const acsUrl = chooseAcs(request, entity).location
  const { format } = chooseNameIdFormat(request, entity, [nameIdFormats.persistent])
  const xml = issueResponse(
    {
      idp,
      sp: { entityId: request.issuer, acsUrl },
      subject: { nameId: person.name, format },
      attributes: { groups: person.groups },
      inResponseTo: request.id ?? null,
      now,
    },
    { ...keyPair, sign: 'assertion' },
  )
  return { acsUrl, samlResponse: Buffer.from(xml).toString('base64') }
}

/** What to post when `receive` or `answer` refused; undefined: show a page of one's own. */
export async function refuse(
  error: unknown,
  request: AuthnRequest | undefined,
  known: Known,
  keyPair: KeyPair,
  now: Date,
) {
  const refusal = await refusalAnswer(error, issuer => known.get(issuer), request)
  if (refusal === undefined) return undefined
  const xml = issueResponse({ idp, ...refusal, now }, { ...keyPair, sign: 'response' })
  return { acsUrl: refusal.sp.acsUrl, samlResponse: Buffer.from(xml).toString('base64') }
}

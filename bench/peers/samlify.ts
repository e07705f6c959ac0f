import {
  attributeNameFormats,
  authnContexts,
  bindings,
  nameIdFormats,
  newId,
  statusCodes,
} from '@rolecall/saml'
import { IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } from 'samlify'
import {
  type Assertion,
  certificate,
  facts,
  key,
  nameId,
  now,
  idp as ourIdp,
  sp as ourSp,
  requestId,
  roleAttribute,
} from '../saml/documents.ts'
import type { Verifier } from './verifier.ts'

// It wants a schema validator and brings none; the cheapest one is in its favour.
setSchemaValidator({ validate: async () => 'not looked at' })

const statements = '{AuthnStatement}{AttributeStatement}'
const post = bindings.post

const idp = IdentityProvider({
  entityID: ourIdp.entityId,
  signingCert: certificate,
  privateKey: key.export({ type: 'pkcs8', format: 'pem' }),
  nameIDFormat: [nameIdFormats.emailAddress],
  singleSignOnService: [{ Binding: post, Location: ourIdp.ssoUrl }],
  singleLogoutService: [{ Binding: post, Location: ourIdp.ssoUrl }],
})
const sp = ServiceProvider({
  entityID: ourSp.entityId,
  wantAssertionsSigned: true,
  assertionConsumerService: [{ Binding: post, Location: ourSp.acsUrl }],
})

/** `samlify` as a service provider. */
export function samlifyVerifier(): Verifier {
  const verify = (response: string) =>
    sp.parseLoginResponse(idp, 'post', { body: { SAMLResponse: response } })
  return {
    verify,
    facts: async response => {
      const { extract } = await verify(response)
      const roles = extract.attributes?.[roleAttribute] ?? []
      return facts(extract.nameID, [roles].flat())
    },
  }
}

/**
 * `samlify` as an identity provider: base64 of a response with a signed assertion. Its templates
 * take one value for an attribute, so the statement is joined from strings and put in last, which
 * is in its favour: its own replacement reads the whole text once for each tag.
 */
export function samlifyIssuer({ attributes, lifetimeSeconds = 0 }: Assertion) {
  const request = { extract: { request: { id: requestId } } }
  const time = now.toISOString()
  const end = new Date(now.getTime() + lifetimeSeconds * 1000).toISOString()
  const customTagReplacement = (context: string) => {
    const id = newId()
    const assertion = SamlLib.replaceTagsByValue(context, {
      ID: id,
      AssertionID: newId(),
      Destination: ourSp.acsUrl,
      Audience: ourSp.entityId,
      SubjectRecipient: ourSp.acsUrl,
      Issuer: ourIdp.entityId,
      IssueInstant: time,
      StatusCode: statusCodes.success,
      ConditionsNotBefore: time,
      ConditionsNotOnOrAfter: end,
      SubjectConfirmationDataNotOnOrAfter: end,
      NameIDFormat: nameIdFormats.emailAddress,
      NameID: nameId,
      InResponseTo: requestId,
    })
    return {
      id,
      context: assertion.replace(
        statements,
        () => authnStatement(time) + attributeStatement(attributes),
      ),
    }
  }
  return async () => {
    const options = { customTagReplacement }
    const { context } = await idp.createLoginResponse(sp, request, 'post', {}, options)
    return context
  }
}

function authnStatement(time: string): string {
  return `<saml:AuthnStatement AuthnInstant="${time}"><saml:AuthnContext><saml:AuthnContextClassRef>${authnContexts.passwordProtectedTransport}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`
}

function attributeStatement(attributes: Assertion['attributes']): string {
  const all = Object.entries(attributes).map(([name, values]) => {
    const texts = [values]
      .flat()
      .map(value => `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`)
    return `<saml:Attribute Name="${escapeXml(name)}" NameFormat="${attributeNameFormats.basic}">${texts.join('')}</saml:Attribute>`
  })
  return `<saml:AttributeStatement>${all.join('')}</saml:AttributeStatement>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

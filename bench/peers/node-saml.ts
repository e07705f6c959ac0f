import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import { certificate, facts, idp, requestId, roleAttribute, sp } from '../saml/documents.ts'
import type { Verifier } from './verifier.ts'

/** `@node-saml/node-saml` as a service provider. */
export function nodeSaml(): Verifier {
  const saml = new SAML({
    idpCert: certificate,
    idpIssuer: idp.entityId,
    issuer: sp.entityId,
    audience: sp.entityId,
    callbackUrl: sp.acsUrl,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    // Its cache of requests forgets an ID with its first use.
    validateInResponseTo: ValidateInResponseTo.never,
  })
  const verify = async (response: string) => {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response })
    if (profile?.inResponseTo !== requestId) throw new Error('answers another request')
    return profile
  }
  return {
    verify,
    facts: async response => {
      const profile = await verify(response)
      return facts(profile.nameID, [profile[roleAttribute]].flat().map(String))
    },
  }
}

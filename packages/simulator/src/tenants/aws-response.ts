import { issueResponse, nameIdFormats } from '@rolecall/saml'
import type { TenantPerson } from './person.ts'
import type { TenantState } from './state.ts'

export const awsAcs = 'https://signin.aws.amazon.com/saml'
const attribute = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

/**
 * `SAMLResponse` for AWS about a person, base64, signed as the company IdP:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
 */
export function awsResponse({ identity, now }: TenantState, who: TenantPerson): string {
  const { person, awsRoles, sessionDuration } = who
  const xml = issueResponse(
    {
      idp: { entityId: identity.entityId },
      sp: { entityId: 'urn:amazon:webservices', acsUrl: awsAcs },
      subject: { nameId: person.username, format: nameIdFormats.persistent },
      attributes: [
        ...(awsRoles.length === 0 ? [] : [[attribute('Role'), awsRoles] as const]),
        [attribute('RoleSessionName'), person.email ?? person.username],
        ...(sessionDuration === undefined
          ? []
          : [[attribute('SessionDuration'), String(sessionDuration)] as const]),
      ],
      now: now(),
    },
    { key: identity.signingKey, certificate: identity.certificate, sign: 'assertion' },
  )
  return Buffer.from(xml).toString('base64')
}

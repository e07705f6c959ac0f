import { issueResponse, nameIdFormats } from '@rolecall/saml'
import type { IdpIdentity } from './identity.ts'

/** What an identity provider tells AWS of a person. */
export interface AwsSignOn {
  readonly nameId: string
  readonly sessionName: string
  /** Values of AWS's attribute Role: `role,provider`. */
  readonly roles: readonly string[]
  /** Seconds; undefined: AWS's default. */
  readonly sessionDuration: number | undefined
}

/** Where commercial AWS takes responses. */
export const awsAcs = 'https://signin.aws.amazon.com/saml'
const attribute = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

/**
 * `SAMLResponse` for AWS, base64, signed:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
 */
export function issueAwsResponse(
  identity: Pick<IdpIdentity, 'entityId' | 'signingKey' | 'certificate'>,
  { nameId, sessionName, roles, sessionDuration }: AwsSignOn,
  now: Date,
): string {
  const xml = issueResponse(
    {
      idp: { entityId: identity.entityId },
      sp: { entityId: 'urn:amazon:webservices', acsUrl: awsAcs },
      subject: { nameId, format: nameIdFormats.persistent },
      attributes: [
        ...(roles.length === 0 ? [] : [[attribute('Role'), roles] as const]),
        [attribute('RoleSessionName'), sessionName],
        ...(sessionDuration === undefined
          ? []
          : [[attribute('SessionDuration'), String(sessionDuration)] as const]),
      ],
      now,
    },
    { key: identity.signingKey, certificate: identity.certificate, sign: 'assertion' },
  )
  return Buffer.from(xml).toString('base64')
}

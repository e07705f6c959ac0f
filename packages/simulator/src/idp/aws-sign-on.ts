import { issueResponse } from '@rolecall/saml'
import type { Outgoing } from '../http/exchange.ts'
import { html, pageResponse } from '../http/html.ts'
import type { IdpIdentity } from './identity.ts'
import { idpStyle } from './style.ts'

/** What an identity provider tells AWS of a person. */
export interface AwsSignOn {
  /** NameID and RoleSessionName: the email address. */
  readonly email: string
  /** Pairs of role ARN and ARN of the SAML provider. */
  readonly roles: readonly (readonly [role: string, provider: string])[]
  /** Seconds; left out: AWS's default. */
  readonly sessionDuration?: number | undefined
  readonly acsUrl?: string | undefined
}

/** Where commercial AWS takes responses. */
const defaultAcs = 'https://signin.aws.amazon.com/saml'
const prefix = 'https://aws.amazon.com/SAML/Attributes/'

/** A signed response for AWS in base64 (IAM guide, "Configure SAML assertions"). */
export function awsResponse(
  identity: Pick<IdpIdentity, 'entityId' | 'signingKey' | 'certificate'>,
  { email, roles, sessionDuration, acsUrl = defaultAcs }: AwsSignOn,
  now: Date,
): string {
  const xml = issueResponse(
    {
      idp: { entityId: identity.entityId },
      sp: { entityId: 'urn:amazon:webservices', acsUrl },
      subject: { nameId: email, format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
      attributes: [
        [`${prefix}Role`, roles.map(pair => pair.join(','))],
        [`${prefix}RoleSessionName`, email],
        ...(sessionDuration === undefined
          ? []
          : [[`${prefix}SessionDuration`, String(sessionDuration)] as const]),
      ],
      now,
    },
    { key: identity.signingKey, certificate: identity.certificate, sign: 'assertion' },
  )
  return Buffer.from(xml).toString('base64')
}

/** The page that posts it to AWS: at once with scripts, by its button without. */
export function awsSignOnPage(samlResponse: string, acsUrl = defaultAcs): Outgoing {
  return pageResponse({
    title: 'Signing in to AWS',
    style: idpStyle,
    body: html`<form method="post" action="${acsUrl}"><input type="hidden" name="SAMLResponse" value="${samlResponse}"><input type="hidden" name="RelayState" value=""><button>Continue</button></form>`,
    script: 'document.forms[0].submit()',
    formAction: ['http:', 'https:'],
  })
}

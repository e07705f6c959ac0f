/** The gateway's own identity provider, for accounts that a role is taken in by SAML: no key of AWS is needed. */
import { parseRoleArn, partitions } from '@rolecall/aws'
import { bindings, buildMetadata, issueResponseAsync, nameIdFormats } from '@rolecall/saml'
import type { Config } from '../config/config.ts'
import { samlAudienceOf } from '../config/index.ts'
import { ServerError } from '../errors.ts'
import type { SessionShape } from './session-shape.ts'

/** Where the metadata is, which is also the entityID. */
export const idpMetadataPath = '/saml/idp/metadata'
const attribute = 'https://aws.amazon.com/SAML/Attributes/'
/** AWS takes an assertion within five minutes of its issue; it is posted at once. */
const lifetimeSeconds = 60

/** What our identity provider is made of. */
interface IdpConfig {
  readonly publicUrl: string
  readonly signIn: Pick<Config['signIn'], 'samlKeys'>
}

/**
 * The metadata that IAM's CreateSAMLProvider takes, with all keys of `signIn.samlKeys` so that the next
 * one is known before it signs. Undefined without a key. There is no address to sign in at: AWS is only
 * ever given assertions.
 */
export function idpMetadata({ publicUrl, signIn }: IdpConfig): string | undefined {
  if (signIn.samlKeys.length === 0) return undefined
  return buildMetadata({
    entityId: `${publicUrl}${idpMetadataPath}`,
    idp: {
      // The schema wants one; it leads people to the page where they sign in.
      ssoEndpoints: [{ binding: bindings.redirect, location: `${publicUrl}/signin` }],
      signingCertificates: signIn.samlKeys.map(({ certificate }) => certificate),
      nameIdFormats: [nameIdFormats.persistent],
    },
  })
}

/**
 * A SAML response for AssumeRoleWithSAML, base64: one role, the session name, the tags and the source
 * identity (IAM User Guide, "Configure SAML assertions for the authentication response").
 */
export async function assertionFor(
  shape: SessionShape,
  providerArn: string,
  { config, now }: { readonly config: IdpConfig; readonly now: Date },
): Promise<string> {
  const { publicUrl, signIn } = config
  const [key] = signIn.samlKeys
  const { partition } = parseRoleArn(shape.roleArn)
  const audience = samlAudienceOf(partition)
  if (key === undefined || audience === undefined) {
    throw new ServerError('gateway-credentials', { detail: 'no SAML key for an assertion' })
  }
  const xml = await issueResponseAsync(
    {
      idp: { entityId: `${publicUrl}${idpMetadataPath}` },
      sp: { entityId: audience, acsUrl: `https://${partitions[partition].signinHost}/saml` },
      subject: { nameId: shape.sessionName, format: nameIdFormats.persistent },
      attributes: attributesOf(shape, providerArn),
      now,
      lifetimeSeconds,
    },
    { ...key, sign: 'both' },
  )
  return Buffer.from(xml, 'utf8').toString('base64')
}

function attributesOf(shape: SessionShape, providerArn: string): [string, readonly string[]][] {
  return [
    [`${attribute}Role`, [`${shape.roleArn},${providerArn}`]],
    [`${attribute}RoleSessionName`, [shape.sessionName]],
    ...(shape.sourceIdentity === undefined
      ? []
      : [[`${attribute}SourceIdentity`, [shape.sourceIdentity]] as [string, string[]]]),
    ...shape.tags.map(({ key, value }): [string, string[]] => [
      `${attribute}PrincipalTag:${key}`,
      [value],
    ]),
    ...(shape.transitiveTagKeys.length === 0
      ? []
      : [[`${attribute}TransitiveTagKeys`, shape.transitiveTagKeys] as [string, string[]]]),
  ]
}

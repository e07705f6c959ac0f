/** `accounts.{alias}.via`: how a role session of the account is obtained. */
import type { Partition } from '@rolecall/aws'
import { z } from 'zod'
import type { AccountVia } from '../nouns.ts'
import { roleArn } from './schema-parts.ts'

const providerArn = z
  .string()
  .regex(
    /^arn:aws[a-z0-9-]*:iam::\d{12}:saml-provider\/[\w.-]{1,128}$/,
    'the ARN of an IAM SAML provider is needed here',
  )

/** The key's schema. */
export const accountViaSchema = z
  .union([
    z.literal('assume-role'),
    z
      .strictObject({
        saml: z
          .strictObject({
            provider: providerArn.describe(
              'The ARN of the IAM SAML provider of this account that holds `/saml/idp/metadata`.',
            ),
          })
          .describe('By AssumeRoleWithSAML.'),
      })
      .describe(
        'The first of `signIn.samlKeys` signs an assertion for AssumeRoleWithSAML: no key of AWS is needed.',
      ),
    z
      .strictObject({
        role: roleArn.describe('The ARN of the role that is taken first.'),
      })
      .describe('Through this role first; AWS gives such sessions at most one hour.'),
  ])
  .default('assume-role')
  .describe(
    'How a role of the account is taken: `assume-role` with `aws.credentials`, `{saml: {provider: ARN}}`, or `{role: ARN}` through another role.',
  )

/** As the file gives it. */
type AccountViaEntry = z.output<typeof accountViaSchema>

/** What an account has besides, in the words of the steps: nothing by default. */
export function viaOf(entry: AccountViaEntry): { readonly via?: AccountVia } {
  if (entry === 'assume-role') return {}
  return 'saml' in entry
    ? { via: { kind: 'saml', providerArn: entry.saml.provider } }
    : { via: { kind: 'role', roleArn: entry.role } }
}

/** AWS's entityID for SAML by partition; the others have none that is documented. */
const audiences: Partial<Readonly<Record<Partition, string>>> = {
  aws: 'urn:amazon:webservices',
  'aws-us-gov': 'urn:amazon:webservices:govcloud',
  'aws-cn': 'urn:amazon:webservices:cn-north-1',
}

/** The audience of an assertion for AWS; undefined where AWS's SAML sign-in is not known. */
export function samlAudienceOf(partition: Partition): string | undefined {
  return audiences[partition]
}

/** `discovery`: which accounts and roles AWS is asked for. */
import { z } from 'zod'
import { duration, externalId, roleArn } from './schema-parts.ts'

const every = duration.describe('How often AWS is asked.')

const organizationsSchema = z.strictObject({
  role: roleArn
    .optional()
    .describe(
      "The role that may call organizations:ListAccounts and ListTagsForResource, in the management account or a delegated one; default: the gateway's own credentials.",
    ),
  externalId,
  every: every.default('15m'),
  tags: z
    .boolean()
    .default(true)
    .describe(
      'Read the tags of accounts, which grants can go by. An account whose tags cannot be read is left out: a tag that is not known must not pass for one that is not there.',
    ),
  exclude: z
    .array(z.string().regex(/^\d{12}$/, 'an account id is twelve digits in quotes'))
    .max(10_000)
    .default([])
    .describe('Ids of accounts that are left out.'),
})

const rolesSchema = z.strictObject({
  role: z
    .string()
    .min(1)
    .describe(
      'The role that is taken in each account to read its roles: a name, with its IAM path if it has one. It needs iam:ListRoles and, for tags, iam:ListRoleTags.',
    ),
  externalId,
  every: every.default('15m'),
  pathPrefix: z
    .string()
    .regex(/^\/([!-~]{0,510}\/)?$/, 'an IAM path begins and ends with a slash')
    .default('/')
    .describe('Only roles below this IAM path.'),
  tags: z
    .boolean()
    .default(true)
    .describe(
      'Read the tags of roles, which grants can go by. A role whose tags cannot be read is left out.',
    ),
  tagsEvery: duration
    .default('30m')
    .describe('How often the tags of a role are read anew: one call for each role.'),
})

/** `discovery` */
export const discoverySchema = z.strictObject({
  organizations: organizationsSchema
    .optional()
    .describe(
      "Accounts of the organization, beside those of `accounts`, which win. An account's alias is made of its name; where two have the same, both end in their ids.",
    ),
  roles: rolesSchema.optional().describe('Roles of every account.'),
  keep: duration
    .default('2h')
    .describe(
      'How long accounts, roles and tags count when AWS can no longer be asked. After it they are gone until it answers.',
    ),
})

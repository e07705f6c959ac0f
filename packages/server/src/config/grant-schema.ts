/** `grants`: who may take which role. */
import { z } from 'zod'
import { duration, id } from './schema-parts.ts'

const name = z.string().min(1).max(256)
const expression = z.string().min(1)
const pattern = z.string().min(1)
const alias = z.string().min(1).max(128)
const role = z.string().min(1).max(700)

const roleTagsSchema = z.strictObject({
  groups: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The key of the tag whose value lists groups.'),
  users: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The key of the tag whose value lists usernames.'),
  separator: z
    .enum([' ', ':', '/', '+', '='])
    .default(' ')
    .describe('What stands between the names in the value; IAM allows no comma there.'),
})

const machinesSchema = z.strictObject({
  name: pattern
    .optional()
    .describe(
      'A pattern for the host name without its domain, in RE2 syntax; it matches the whole of it.',
    ),
  preset: z
    .literal('eight-characters')
    .optional()
    .describe(
      'The rule of AWS Federation Proxy in place of `name`: a host name of eight characters, whose first six are `{role}`; `ber` or `ham` in front counts as `pro`.',
    ),
  domains: z
    .array(name)
    .min(1)
    .optional()
    .describe('The domain, which is the host name without its first label, is one of these.'),
  networks: z
    .array(name)
    .min(1)
    .optional()
    .describe('The address is in one of these networks (CIDR), or one of these addresses.'),
})

const accountSelector = z.union([
  alias,
  z.array(alias).min(1).describe('Any of these.'),
  z
    .strictObject({
      tags: z
        .record(z.string().min(1), z.string())
        .describe('The account has all of these tags, with these values.'),
    })
    .describe('The accounts with these tags.'),
])

const policySchema = z.union([
  z
    .strictObject({ file: z.string().min(1).describe('A JSON file with the policy.') })
    .describe('Read from a file.'),
  z.record(z.string(), z.unknown()).describe('The policy itself.'),
])

/** An entry of `grants`. */
export const grantSchema = z.strictObject({
  name: z.string().min(1).max(64).describe('Names the grant in the audit log.'),
  effect: z
    .enum(['allow', 'deny'])
    .default('allow')
    .describe(
      '`deny` wins over every grant that allows, also when its condition has no answer. Without `account` and `role` it denies everything, without anybody named it denies everybody.',
    ),
  groups: z
    .array(name)
    .default([])
    .describe('Any of these groups. With nobody named: every signed-in person.'),
  allGroups: z.array(name).default([]).describe('All of these groups, beside what else is asked.'),
  users: z
    .array(name)
    .default([])
    .describe(
      'Or these users, by their username. With `sources` missing, a name counts from every sign-in source.',
    ),
  sources: z
    .array(id)
    .min(1)
    .optional()
    .describe(
      'Sign-in sources whose word counts: ids of providers, `local` for local users; default: all. Required when several sources are configured besides the local users; name it too when `users` stands beside a source and local users.',
    ),
  groupPattern: pattern
    .optional()
    .describe(
      "A pattern for a group's name, in RE2 syntax; it matches the whole name. Its named groups, such as `(?<role>…)`, may stand as `{role}` in `account` and `role`.",
    ),
  roleTags: roleTagsSchema
    .optional()
    .describe(
      'Who may take a role is written in its tags. Whoever may tag roles in an account then says who may take them.',
    ),
  machines: machinesSchema
    .optional()
    .describe('For machines, by their confirmed host name, instead of people.'),
  when: expression
    .optional()
    .describe(
      "A condition in CEL over `principal`, `account`, `role`, `network` and `time`: `network.inside('10.0.0.0/8')`. Without an answer a grant does not hold.",
    ),
  account: accountSelector
    .optional()
    .describe(
      'The alias or id of an account, a list of them, `"*"` for all, or `{tags: {…}}`; with a pattern by default `"{account}"`. Not with a role ARN.',
    ),
  role: z
    .union([role, z.array(role).min(1).describe('Any of these.')])
    .optional()
    .describe(
      'A role name, with its IAM path if it has one (`team/Admin`), or a role ARN; a list of them, or `"*"` for all that are discovered. With a pattern by default `"{role}"`.',
    ),
  duration: duration
    .default('1h')
    .describe(
      "How long a session lasts: 15 minutes to 12 hours; at most the role's own maximum where that is known.",
    ),
  deliver: z
    .array(z.enum(['console', 'credentials']))
    .min(1)
    .default(['console', 'credentials'])
    .describe('In which forms; of a grant that denies: which forms it denies.'),
  policy: policySchema
    .optional()
    .describe('A session policy: the session may do what both it and the role allow.'),
  policyArns: z
    .array(z.string().min(1))
    .max(10)
    .default([])
    .describe('Managed policies that limit the session in the same way.'),
  tags: z
    .record(z.string(), expression)
    .default({})
    .describe("Session tags: keys, and values in CEL, such as `principal.username` or `'fixed'`."),
  transitiveTags: z
    .array(z.string().min(1))
    .default([])
    .describe('The keys of those tags that pass on to chained sessions.'),
  sourceIdentity: expression
    .optional()
    .describe('The source identity in CEL, in place of the one that `aws.sourceIdentity` sets.'),
  path: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dot, dash, underscore')
    .optional()
    .describe('Opens the console directly at `{targets.prefix}/{path}`.'),
  destination: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The console page to open; must be on a console host of the partition.'),
  region: z
    .string()
    .regex(/^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/, 'a region such as `eu-central-1`')
    .optional()
    .describe('The region that the console opens in and that programs get with the keys.'),
})

import { z } from 'zod'
import { duration, secret, sourceFields } from './schema-parts.ts'

const dn = z
  .string()
  .max(1024)
  .regex(/^[A-Za-z0-9.-]+\s*=.*\S/s, 'a distinguished name, such as `ou=people,dc=example,dc=com`')

const attribute = z
  .string()
  .regex(
    /^([A-Za-z][A-Za-z0-9-]{0,63}|[0-9]+(\.[0-9]+)+)$/,
    'the name of an attribute, such as `mail`',
  )

const filter = z.string().min(3).max(1024)

const url = z
  .url({ protocol: /^ldaps?$/ })
  .describe('`ldaps://dc1.example.com`, or `ldap://dc1.example.com` with `startTls`.')

/** An entry of `signIn.ldap`. */
export const ldapSchema = z.strictObject({
  ...sourceFields,
  url: z
    .union([url, z.array(url).min(1).max(8)])
    .describe(
      'A server of the directory, or several: they are tried in this order, from the one that answered last. Over TLS the name of its certificate must be the host.',
    ),
  startTls: z
    .boolean()
    .default(false)
    .describe('Begin TLS on `ldap:` connections before anything is said.'),
  allowPlain: z
    .boolean()
    .default(false)
    .describe(
      'Send passwords in the clear over `ldap:` without `startTls`. On loopback this is not needed; elsewhere do not.',
    ),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file with the authorities that are trusted instead of the usual ones.'),
  timeout: duration
    .default(10)
    .describe('How long one sign-in may take at one server; at most one minute.'),
  bind: z
    .strictObject({
      dn: dn.describe('The entry that may read people and groups.'),
      password: secret.describe('Its password.'),
    })
    .optional()
    .describe('Who reads the directory; default: nobody (anonymous).'),
  users: z
    .strictObject({
      base: dn.describe('Where people are; everything below counts.'),
      attribute: attribute
        .default('uid')
        .describe(
          'What people type, and what names them: `uid`, `sAMAccountName`, `mail`. Exactly one entry must have it, once. Its spelling in the directory counts, not the one that was typed.',
        ),
      filter: filter
        .optional()
        .describe('Who may sign in, besides (RFC 4515): `(!(loginShell=/sbin/nologin))`.'),
      displayName: attribute.default('displayName').describe('The name to show.'),
      email: attribute.default('mail').describe('The e-mail address.'),
      attributes: z
        .array(attribute)
        .max(32)
        .default([])
        .describe('More attributes, for the conditions and session tags of grants.'),
    })
    .describe('How people are found.'),
  groups: z
    .strictObject({
      base: dn.describe('Where groups are; a group elsewhere is none.'),
      attribute: attribute
        .default('cn')
        .describe('What names a group for grants: `cn`, `name`, `sAMAccountName`.'),
      membership: z
        .enum(['member', 'uniqueMember', 'memberOf', 'memberUid'])
        .default('member')
        .describe(
          '`member`, `uniqueMember`: groups list the names (DN) of their members; `memberOf`: people and groups list their groups; `memberUid`: groups list usernames (RFC 2307), and `gidNumber` names one more.',
        ),
      nested: z
        .union([z.boolean(), z.enum(['in-chain', 'walk'])])
        .default(true)
        .describe(
          'Whether the groups that a group is in count too. `true`: Active Directory follows them by its matching rule (1.2.840.113556.1.4.1941), others are asked level by level; `in-chain` and `walk` choose. The primary group of Active Directory counts in any case.',
        ),
      filter: filter.optional().describe('Which groups count, besides (RFC 4515).'),
    })
    .optional()
    .describe('How the groups of a person are found; without it there are none.'),
  recheck: duration
    .default('5m')
    .describe(
      'How long an answer about a person counts: whoever is removed, disabled or given another password there, or another group, is so here after this long. At most one hour.',
    ),
})

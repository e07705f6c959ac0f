import { z } from 'zod'
import { headerName, id, secret, sourceFields } from './schema-parts.ts'

/** An entry of `signIn.headers`. */
export const headersSchema = z.strictObject({
  ...sourceFields,
  from: z
    .array(z.string().min(1))
    .min(1)
    .max(64)
    .describe(
      "Addresses or networks (CIDR) of the proxies whose headers count: the connection's own address, never X-Forwarded-For. From anybody else the headers are nothing.",
    ),
  username: headerName.describe(
    'The header with the username, ASCII. Without it the request is of nobody; empty, twice, or spelt `X_Like_This` as well, it is refused.',
  ),
  lowerCase: z
    .boolean()
    .default(false)
    .describe(
      'Fold the username to lower case. Set it where people may type either to the proxy, so that one person is one name.',
    ),
  displayName: headerName.optional().describe('The header with the name to show (UTF-8).'),
  email: headerName.optional().describe('The header with the e-mail address.'),
  groups: headerName
    .optional()
    .describe(
      'The header with the group names (UTF-8). It must come with the username, empty for no group: a client can make a proxy drop a header.',
    ),
  separator: z
    .string()
    .min(1)
    .max(4)
    .default(',')
    .describe('What stands between two groups in that header.'),
  secret: z
    .strictObject({
      header: headerName.describe('The header that carries it.'),
      value: secret.describe('What the proxy sends there; 16 characters or more.'),
    })
    .optional()
    .describe('Something that only the proxy knows: without it the headers are refused.'),
  clientCertificate: z
    .strictObject({
      caFile: z.string().min(1).describe('PEM file with the authorities that issue it.'),
      subject: z
        .string()
        .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'a host name, without wildcards')
        .optional()
        .describe('A DNS name of the certificate, exactly (its CN when it names none).'),
      fingerprint: z
        .string()
        .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, 'SHA-256 in hexadecimal')
        .optional()
        .describe('The SHA-256 of the certificate itself.'),
    })
    .optional()
    .describe(
      'The client certificate (mTLS) that the proxy shows; needs `listen.tls`, and a `subject` or a `fingerprint`.',
    ),
  groupsFrom: z
    .array(id)
    .max(8)
    .default([])
    .describe(
      'More groups of that username: `system` asks this machine (NSS, SSSD), the id of an LDAP source asks it. When one cannot tell, nobody is let in.',
    ),
  logoutUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      "Where signing out goes on: the proxy's own sign-out. Without it the browser is remembered as signed out until its person comes back with a click.",
    ),
})

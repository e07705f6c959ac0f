/**
 * The file format: one zod schema per resource. It feeds the loader, the JSON schema for editors
 * and the reference page, so a description here is the documentation.
 */
import { z } from 'zod'
import { discoverySchema } from './account-discovery-schema.ts'
import { accountSchema } from './account-schema.ts'
import { auditSchema } from './audit-schema.ts'
import { awsSchema } from './aws-schema.ts'
import { commandLineSchema } from './command-line-schema.ts'
import { federationApiSchema } from './federation-api-schema.ts'
import { grantSchema } from './grant-schema.ts'
import { headersSchema } from './headers-schema.ts'
import { ldapSchema } from './ldap-schema.ts'
import { limitsSchema } from './limits-schema.ts'
import { machinesSchema } from './machines-schema.ts'
import { samlKeySchema, samlProviderSchema } from './saml-schema.ts'
import { alias, duration, secret } from './schema-parts.ts'
import { signingGatewaySchema } from './signing-gateway-schema.ts'

/** `listen` */
export const listenSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('The address to listen on.'),
  port: z.number().int().min(0).max(65535).default(8080).describe('The port; 0 picks a free one.'),
  tls: z
    .strictObject({
      certificate: z.string().min(1).describe('PEM file with the certificate chain.'),
      key: secret.describe('The private key (PEM).'),
    })
    .optional()
    .describe('Serve HTTPS here. Without it, put a proxy that ends TLS in front.'),
  trustedProxies: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Addresses or networks (CIDR, at most /8 or IPv6 /16) whose X-Forwarded-For counts, from the right.',
    ),
})

/** `store` */
export const storeSchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .default('rolecall.db')
    .describe(
      'The SQLite database, relative to this file; `:memory:` keeps nothing, the audit log neither.',
    ),
})

/** `signIn` */
export const signInSchema = z.strictObject({
  saml: z.array(samlProviderSchema).default([]).describe('SAML identity providers.'),
  samlKeys: z
    .array(samlKeySchema)
    // What the SAML core tries when it decrypts.
    .max(4)
    .default([])
    .describe(
      "The gateway's own SAML keys, at most four. The first signs; every RSA key decrypts; our metadata lists them all in this order. To roll over: add the next pair at the end, let every provider read our metadata again, put the next pair first, take the old one out when nobody encrypts to it any more.",
    ),
  headers: z
    .array(headersSchema)
    .max(16)
    .default([])
    .describe(
      'Proxies in front that have signed people in and say who they are in headers. Such a request needs no session.',
    ),
  ldap: z
    .array(ldapSchema)
    .max(16)
    .default([])
    .describe(
      'LDAP directories, Active Directory among them: people sign in with their password there.',
    ),
  password: z
    .boolean()
    .default(true)
    .describe('Local users (`rolecall user add`) may sign in with their password.'),
  machines: machinesSchema
    .optional()
    .describe(
      'Hosts that are known by the address they ask from: its PTR name, where the addresses of that name have it too. Without it no machine is anybody.',
    ),
  session: z
    .strictObject({
      idle: duration.default('1h').describe('Signed out after this long without a request.'),
      absolute: duration.default('12h').describe('Signed out after this long in any case.'),
    })
    .prefault({})
    .describe('How long a browser stays signed in.'),
})

/** `targets` */
export const targetsSchema = z.strictObject({
  prefix: z
    .string()
    .regex(/^(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/, 'a path such as `/aws`, or empty')
    .default('/aws')
    .describe('What the short addresses begin with; empty: right behind the host.'),
  compat: z
    .enum(['awscons'])
    .optional()
    .describe(
      "`awscons`: that program's statuses (301, 401, 400) in place of ours (303, 403, 502).",
    ),
})

/** The whole file. */
export const fileSchema = z.strictObject({
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .describe('The address that browsers use; https, or http on loopback.'),
  title: z.string().min(1).max(60).default('Rolecall').describe('The name on the page.'),
  listen: listenSchema.prefault({}),
  store: storeSchema.prefault({}),
  signIn: signInSchema.prefault({}),
  aws: awsSchema.prefault({}),
  accounts: z.record(alias, accountSchema).default({}).describe('AWS accounts by alias.'),
  discovery: discoverySchema
    .optional()
    .describe('Accounts and roles that AWS tells of; absent: those that this file names.'),
  grants: z.array(grantSchema).default([]).describe('Who may take which role.'),
  targets: targetsSchema.prefault({}).describe('Short addresses that open one console.'),
  commandLine: commandLineSchema
    .prefault({})
    .describe('How the `rolecall` command is signed in here.'),
  audit: auditSchema.prefault({}).describe('The audit log.'),
  limits: limitsSchema
    .prefault({})
    .describe(
      'How often somebody may ask. An address is an IPv4 address or the /64 of an IPv6 address. Counted in the process; beyond it the answer is 429 with Retry-After.',
    ),
  federationApi: z
    .array(federationApiSchema)
    .max(16)
    .default([])
    .describe('Where the REST API of AWS Federation Proxy is served, and to whom.'),
  signingGateway: signingGatewaySchema
    .optional()
    .describe('Signs requests of programs that cannot sign, or that have no keys of AWS.'),
})

/** The file of `rolecall gateway`: the two sections that it has of the whole. */
export const gatewayFileSchema = fileSchema.pick({ aws: true, signingGateway: true })

/** The file as zod leaves it: defaults filled in, nothing resolved yet. */
export type ConfigFile = z.output<typeof fileSchema>

/**
 * The file format: one zod schema per resource. It feeds the loader, the JSON schema for editors
 * and the reference page, so a description here is the documentation.
 */
import { weakAlgorithms } from '@rolecall/saml'
import { z } from 'zod'
import { discoverySchema } from './account-discovery-schema.ts'
import { accountSchema } from './account-schema.ts'
import { auditSchema } from './audit-schema.ts'
import { federationApiSchema } from './federation-api-schema.ts'
import { grantSchema } from './grant-schema.ts'
import { headersSchema } from './headers-schema.ts'
import { ldapSchema } from './ldap-schema.ts'
import { limitsSchema } from './limits-schema.ts'
import { machinesSchema } from './machines-schema.ts'
import { alias, duration, emailDomains, externalId, id, roleArn, secret } from './schema-parts.ts'
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

const allowedAlgorithm = z.strictObject({
  algorithm: z
    .enum(weakAlgorithms)
    .describe('What is taken. A SHA-1 signature as a rule needs two: `rsa-sha1` and `sha1`.'),
  until: z.iso
    .date('a day such as `2027-03-31`')
    .describe(
      'The last day (UTC) on which it is taken. After it sign-ins that need it are refused, without a restart.',
    ),
})

/** An entry of `signIn.saml`. */
export const samlProviderSchema = z.strictObject({
  id: id.describe('Names this provider in addresses, grants and the audit log.'),
  title: z.string().min(1).max(80).optional().describe('What its button says; default: the id.'),
  metadata: z
    .union([
      z.strictObject({ file: z.string().min(1).describe('A metadata file.') }),
      z.strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .describe(
            'A metadata address, read at start and every hour; https, or http on loopback. When it fails, what was read last counts for seven days at most, less where the metadata says so.',
          ),
      }),
    ])
    .describe("The identity provider's SAML metadata: its name, its addresses, its keys."),
  entityId: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      "The provider's entityID; it must match. Needed when the metadata holds several. With it, open sessions also count while metadata at an address cannot be read.",
    ),
  spEntityId: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('Our own entityID towards it; default: the address of our metadata.'),
  acsPath: z
    .string()
    .max(128)
    .regex(/^(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/, 'a path such as `/saml/acs`')
    .optional()
    .describe(
      'Where its responses are taken (assertion consumer service); default: `/signin/saml/{id}/acs`. For a provider that knows another gateway at this address already.',
    ),
  attributes: z
    .strictObject({
      username: z.string().min(1).default('nameId').describe('Attribute, or `nameId`.'),
      displayName: z.string().min(1).optional().describe('Attribute with the name to show.'),
      email: z.string().min(1).optional().describe('Attribute with the e-mail address.'),
      groups: z
        .union([z.string().min(1), z.array(z.string().min(1))])
        .default([])
        .describe('Attributes whose values are group names; one name or a list.'),
    })
    .prefault({})
    .describe('Which assertion attributes say what.'),
  allowUnsolicited: z
    .boolean()
    .default(false)
    .describe(
      'Take responses that we did not ask for (started at the provider). Their RelayState may name a short address, alone or as `next=ADDRESS`.',
    ),
  forceAuthn: z
    .boolean()
    .default(false)
    .describe(
      'Ask the provider to sign the person in anew; an answer with an older sign-in is refused.',
    ),
  authnContexts: z
    .array(z.string().min(1).max(255))
    .max(16)
    .default([])
    .describe(
      'Authentication context classes (URIs), the most wanted first: the provider is asked for one of them, and an answer with none of them is refused.',
    ),
  clockSkew: duration.default(60).describe('How far its clock may be off; at most 5 minutes.'),
  allow: z
    .array(allowedAlgorithm)
    .max(16)
    .default([])
    .describe('Weak algorithms that are taken from this provider all the same, each until a day.'),
  logout: z
    .enum(['local', 'single'])
    .default('local')
    .describe(
      '`single`: whoever signs out here is signed out at the provider too, where it has an address for it and `signIn.samlKeys` a key. A sign-out that the provider asks for ends its sessions here in any case.',
    ),
  signRequests: z
    .boolean()
    .optional()
    .describe(
      "Sign what is sent to it with the first key of `signIn.samlKeys`; default: when the provider's metadata wants it (WantAuthnRequestsSigned).",
    ),
  emailDomains,
})

const samlKeySchema = z.strictObject({
  certificate: z.string().min(1).describe('PEM file with the certificate; may be self-signed.'),
  key: secret.describe(
    'Its private key (PEM, not encrypted): RSA of 2048 bits or more, or EC on P-256, P-384 or P-521. Only RSA decrypts.',
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

/** `aws.proxy` */
const awsProxySchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe('`http://proxy.example.com:3128`; `https:` for a proxy that is reached over TLS.'),
  username: z.string().min(1).optional().describe('The name that the proxy wants.'),
  password: secret.optional().describe('The password that the proxy wants.'),
  noProxy: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'What is reached without it: hosts (with those below them), addresses, networks (CIDR), each also with `:port`.',
    ),
})

const sessionName = z
  .string()
  .regex(/^[\w+=,.@-]{2,64}$/, 'a session name is 2 to 64 of A-Z a-z 0-9 _ + = , . @ -')
  .default('rolecall')

/** `aws.credentials.assume`: of every source. */
const assumeSchema = z
  .array(
    z.strictObject({
      role: roleArn.describe('The ARN of the role.'),
      externalId,
      sessionName: sessionName.describe('The name of the session, as CloudTrail shows it.'),
    }),
  )
  .max(5)
  .default([])
  .describe('Roles that are taken one after the other; the last one calls AssumeRole for people.')

/** `aws.credentials` */
const awsCredentialsSchema = z
  .discriminatedUnion('source', [
    z.strictObject({
      source: z
        .literal('environment')
        .describe(
          '`environment`: AWS_ACCESS_KEY_ID and so on; `profile`: a profile of the shared files; `static`: keys given here; `instance`: EC2 instance metadata; `container`: the endpoint of ECS or EKS; `web-identity`: a token file; `process`: a program; `default`: where the AWS SDKs look, in their order.',
        ),
      assume: assumeSchema,
    }),
    z
      .strictObject({
        source: z.literal('profile'),
        profile: z.string().min(1).default('default').describe('The profile in the shared files.'),
        credentialsFile: z.string().min(1).optional().describe('Default: ~/.aws/credentials.'),
        configFile: z.string().min(1).optional().describe('Default: ~/.aws/config.'),
        assume: assumeSchema,
      })
      .describe('A profile of the shared files: keys, a role, IAM Identity Center, a process.'),
    z
      .strictObject({
        source: z.literal('static'),
        accessKeyId: secret.describe('The access key id.'),
        secretAccessKey: secret.describe('The secret access key.'),
        sessionToken: secret.optional().describe('The session token of temporary keys.'),
        assume: assumeSchema,
      })
      .describe('Keys given here, each as a secret.'),
    z
      .strictObject({ source: z.literal('default'), assume: assumeSchema })
      .describe('The first that there is: variables, profile, container, instance.'),
    z
      .strictObject({ source: z.literal('instance'), assume: assumeSchema })
      .describe('The role of the EC2 instance, from its metadata service, version 2.'),
    z
      .strictObject({ source: z.literal('container'), assume: assumeSchema })
      .describe('The role of the ECS task or EKS pod.'),
    z
      .strictObject({
        source: z.literal('web-identity'),
        tokenFile: z
          .string()
          .min(1)
          .describe('The file with the OpenID Connect token; read again each time.'),
        role: roleArn.describe('The ARN of the role that the token takes.'),
        sessionName: sessionName.describe('The name of its session.'),
        assume: assumeSchema,
      })
      .describe('A role that an OpenID Connect token takes.'),
    z
      .strictObject({
        source: z.literal('process'),
        command: z
          .array(z.string())
          .min(1)
          .describe('The program and its arguments; no shell takes part.'),
        assume: assumeSchema,
      })
      .describe('A program that prints credentials, as `credential_process` of the AWS SDKs.'),
  ])
  .default({ source: 'environment', assume: [] })
  .describe("The gateway's own AWS credentials: those that call AssumeRole.")

/** `aws` */
export const awsSchema = z.strictObject({
  region: z.string().min(1).default('us-east-1').describe('The region whose STS is called.'),
  credentials: awsCredentialsSchema,
  sourceIdentity: z
    .boolean()
    .default(true)
    .describe(
      'Set the source identity to the person; the trust policy must allow sts:SetSourceIdentity.',
    ),
  endpoints: z
    .strictObject({
      sts: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('STS; default: of the region.'),
      federation: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('The sign-in service; default: of the partition.'),
      console: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('The console.'),
      iam: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('IAM, for the discovery of roles; default: of the partition.'),
      organizations: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('Organizations, for the discovery of accounts; default: of the partition.'),
    })
    .prefault({})
    .describe('Other addresses than AWS: a VPC endpoint, the simulator.'),
  timeout: duration.default(10).describe('How long a call to AWS may take.'),
  failoverRegion: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Another region of the same partition, asked when `region` cannot be reached, does not answer in half of the time, or is at fault; never after a refusal.',
    ),
  proxy: awsProxySchema
    .optional()
    .describe('The HTTP proxy for all calls to AWS. The environment is not looked at.'),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'PEM file with the authorities that are trusted for calls to AWS, and for a proxy over TLS, instead of the usual ones.',
    ),
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

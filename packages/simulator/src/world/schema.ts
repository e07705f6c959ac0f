import { z } from 'zod'
import { authentikSchema } from '../authentik/schema.ts'
import { jumpCloudSchema } from '../jumpcloud/schema.ts'
import { keycloakSchema } from '../keycloak/schema.ts'
import { oktaSchema } from '../okta/schema.ts'
import { bucketName } from '../s3/bucket-name.ts'

const accountId = z.string().regex(/^[0-9]{12}$/, 'an account id has 12 digits; quote it in YAML')
const iamPath = z
  .string()
  .regex(
    /^\/$|^\/[!-~]{0,510}\/$/,
    'an IAM path starts and ends with a slash and has printable ASCII only',
  )
const iamName = z
  .string()
  .regex(/^[\w+=,.@-]{1,64}$/, 'an IAM name has 1 to 64 of letters, digits and _+=,.@-')
const tags = z.record(
  z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u, 'not a valid tag key'),
  z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u, 'not a valid tag value'),
)
const policyDocument = z.record(z.string(), z.unknown())
const text = z.string().min(1).max(256)
const email = z.string().regex(/^[^\s@]{1,64}@[^\s@]{1,190}$/, 'not an email address')
const fileOf = z.strictObject({ file: z.string().min(1) })
/** ARNs of managed policies: of AWS (`arn:aws:iam::aws:policy/ReadOnlyAccess`) or of the account's `policies`. */
const managedPolicies = z.array(z.string().min(20).max(2048)).max(20).default([])

const role = z.strictObject({
  name: iamName,
  path: iamPath.default('/'),
  description: z.string().max(1000).default(''),
  /** Seconds, 3600 to 43200. */
  maxSessionDuration: z.int().min(3600).max(43200).default(3600),
  /** The trust policy, an IAM policy document. */
  trust: policyDocument,
  tags: tags.default({}),
  /** Role ARNs, `*` and `?` allowed, that sessions of this role may assume (role chaining). */
  mayAssume: z.array(z.string().min(1)).default([]),
  /** Identity policies, IAM policy documents; what they say about services that are not simulated is left out. */
  policies: z.array(policyDocument).default([]),
  managedPolicies,
})

const mfaDevice = z.strictObject({
  /** `arn:aws:iam::…:mfa/…` of a virtual device, or the number of another; made from the user's name when left out. */
  serial: z
    .string()
    .regex(/^[\w+=/:,.@-]{9,256}$/, 'a serial number has 9 to 256 of letters, digits and _+=/:,.@-')
    .optional(),
  /** The seed of the one-time passwords (TOTP, RFC 6238), in base32. */
  secret: z.string().regex(/^[A-Z2-7]{16,128}=*$/, 'a seed has 16 to 128 of A-Z and 2-7 (base32)'),
})

const user = z.strictObject({
  name: iamName,
  path: iamPath.default('/'),
  accessKeys: z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(/^AKIA[A-Z0-9]{12,16}$/, 'an access key id is AKIA and 12 to 16 of A-Z and 0-9'),
        secret: z.string().min(16).max(128),
      }),
    )
    .max(2)
    .default([]),
  tags: tags.default({}),
  /** Role ARNs, `*` and `?` allowed: short for a policy that allows AssumeRole, TagSession and SetSourceIdentity on them. */
  mayAssume: z.array(z.string().min(1)).default([]),
  policies: z.array(policyDocument).default([]),
  managedPolicies,
  mfaDevices: z.array(mfaDevice).max(8).default([]),
})

const managedPolicy = z.strictObject({
  name: z
    .string()
    .regex(/^[\w+=,.@-]{1,128}$/, 'a policy name has 1 to 128 of letters, digits and _+=,.@-'),
  path: iamPath.default('/'),
  document: policyDocument,
})

const samlProvider = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'a provider name has 1 to 128 of letters, digits and ._-'),
  /** `idp` for the simulator's own company IdP, `jumpcloud` for its JumpCloud; else the metadata XML, or its file. */
  metadata: z.union([z.string().min(1), fileOf]),
})

const loopback =
  /^https?:\/\/(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?(?:\/[!-~]*)?$/
/** A JSON Web Key Set (RFC 7517), public keys only. */
export const jwksSchema = z.looseObject({
  keys: z.array(z.looseObject({ kty: z.string() })).max(100),
})

const oidcProvider = z.strictObject({
  /** The issuer of the tokens, as their `iss` has it. */
  url: z
    .string()
    .max(255)
    .refine(
      url =>
        /^https:\/\/[a-z0-9.-]+(?::[0-9]{1,5})?(?:\/[\w./~%-]*)?$/i.test(url) || loopback.test(url),
      'an issuer is an https URL without a query, or http on loopback',
    ),
  /** The audiences that tokens may be for. */
  clientIds: z.array(z.string().min(1).max(255)).min(1).max(100),
  /**
   * Whose keys sign its tokens: `simulator` for the simulator's own (it then mints tokens of this issuer), a JWKS
   * (RFC 7517) here or in a file, or its URL on loopback.
   */
  jwks: z
    .union([
      z.literal('simulator'),
      fileOf,
      jwksSchema,
      z.strictObject({ url: z.string().regex(loopback, 'keys are fetched from loopback only') }),
    ])
    .default('simulator'),
})

const permissionSet = z.strictObject({
  name: z
    .string()
    .regex(/^[\w+=,.@-]{1,32}$/, 'a permission set has 1 to 32 of letters, digits and _+=,.@-'),
  description: z.string().max(700).default(''),
  /** Seconds, 3600 to 43200. */
  sessionDuration: z.int().min(3600).max(43200).default(3600),
  managedPolicies,
  policies: z.array(policyDocument).default([]),
})

const identityCenter = z.strictObject({
  startUrl: z
    .string()
    .regex(/^https?:\/\/[!-~]{1,1000}$/, 'a start URL begins with https://')
    .default('https://simulator.awsapps.com/start'),
  permissionSets: z.array(permissionSet).max(3500).default([]),
  /** Who of `idp.people` may be which permission set in which account. */
  assignments: z
    .array(
      z.strictObject({
        account: accountId,
        permissionSet: z.string().min(1),
        groups: z.array(text).default([]),
        people: z.array(text).default([]),
      }),
    )
    .default([]),
})

const organization = z.strictObject({
  id: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, 'an organization id is o- and 10 to 32 of a-z and 0-9')
    .default('o-simulator0'),
  managementAccount: accountId,
  /** Accounts that may call the Organizations API beside the management account. */
  delegatedAdministrators: z.array(accountId).default([]),
})

const account = z.strictObject({
  id: accountId,
  alias: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/, 'not a valid account alias')
    .optional(),
  name: text.optional(),
  email: email.optional(),
  /** As Organizations gives them (ListTagsForResource). */
  tags: tags.default({}),
  /** As Organizations tells it; AWS's calls work in every one here. */
  state: z
    .enum(['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'])
    .default('ACTIVE'),
  partition: z.enum(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc']).default('aws'),
  roles: z.array(role).default([]),
  users: z.array(user).default([]),
  /** Buckets that are there from the start; names are unique in the world. */
  buckets: z
    .array(
      z.strictObject({
        name: z.string().regex(bucketName, 'not a valid bucket name'),
        region: z
          .string()
          .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'not a region')
          .default('us-east-1'),
      }),
    )
    .max(100)
    .default([]),
  /** Managed policies of the account's own: `arn:aws:iam::{account}:policy{path}{name}`. */
  policies: z.array(managedPolicy).default([]),
  samlProviders: z.array(samlProvider).max(100).default([]),
  oidcProviders: z.array(oidcProvider).max(100).default([]),
})

const person = z.strictObject({
  username: text,
  password: z.string().min(1).max(256),
  displayName: text.optional(),
  email: text.optional(),
  groups: z.array(text).max(1000).default([]),
})

/** The world file: accounts as AWS has them, and the company's people. Unknown keys are refused. */
export const worldSchema = z.strictObject({
  accounts: z.array(account).min(1),
  idp: z
    .strictObject({
      people: z.array(person).default([]),
      /** Metadata of the service providers that the IdP answers: XML, or the file that holds it. */
      serviceProviders: z.array(z.union([z.string().min(1), fileOf])).default([]),
    })
    .prefault({}),
  organization: organization.optional(),
  identityCenter: identityCenter.optional(),
  jumpCloud: jumpCloudSchema.optional(),
  keycloak: keycloakSchema.optional(),
  okta: oktaSchema.optional(),
  authentik: authentikSchema.optional(),
})

/** A world as a person writes it: defaults may be left out. Shape of the YAML file too. */
export type World = z.input<typeof worldSchema>
/** A world with every default filled in. */
export type WorldDocument = z.output<typeof worldSchema>

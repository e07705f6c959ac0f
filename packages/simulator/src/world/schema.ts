import { z } from 'zod'
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
  /** Identity policies, IAM policy documents; only what they say about `sts:` actions counts here. */
  policies: z.array(policyDocument).default([]),
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
})

const samlProvider = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'a provider name has 1 to 128 of letters, digits and ._-'),
  /** `idp` for the simulator's own company IdP, else the metadata XML, or the file that holds it. */
  metadata: z.union([z.string().min(1), z.strictObject({ file: z.string().min(1) })]),
})

const account = z.strictObject({
  id: accountId,
  alias: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/, 'not a valid account alias')
    .optional(),
  name: text.optional(),
  partition: z.enum(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc']).default('aws'),
  roles: z.array(role).default([]),
  users: z.array(user).default([]),
  samlProviders: z.array(samlProvider).default([]),
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
      serviceProviders: z
        .array(z.union([z.string().min(1), z.strictObject({ file: z.string().min(1) })]))
        .default([]),
    })
    .prefault({}),
})

/** A world as a person writes it: defaults may be left out. Shape of the YAML file too. */
export type World = z.input<typeof worldSchema>
/** A world with every default filled in. */
export type WorldDocument = z.output<typeof worldSchema>

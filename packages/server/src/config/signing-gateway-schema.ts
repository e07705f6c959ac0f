import { z } from 'zod'
import { secret } from './schema-parts.ts'

const roleArn = z.string().min(1)
const url = z.url({ protocol: /^https?$/ })
const words = z.array(z.string().min(1)).min(1)

const ruleSchema = z.strictObject({
  services: words.describe('Signing names such as `s3` or `execute-api`; `*` for every service.'),
  regions: words
    .default(['*'])
    .describe('Regions that are signed for; global services have one too.'),
  methods: words.default(['*']).describe('HTTP methods.'),
  paths: words
    .optional()
    .describe(
      'Paths as AWS sees them, with the bucket first for S3: `/bucket/public/**`. `*` is one whole segment, `**` at the end is one or more; default: every path. A copy needs a GET of what is copied, a rename a DELETE.',
    ),
})

const callerSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.@-]{0,63}$/, 'letters, digits, `_`, `.`, `@`, `-`, at most 64')
    .describe('Stands in the audit log, and is the session name of the role.'),
  token: secret.optional().describe('What the caller sends as `Authorization: Bearer …`.'),
  tokenSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits in lower case')
    .optional()
    .describe('The SHA-256 of the token in its place: then the file holds nothing secret.'),
  keys: z
    .strictObject({
      accessKeyId: z
        .string()
        .regex(/^\w{4,128}$/, '4 to 128 letters and digits')
        .describe('The access key ID; AWS does not know it.'),
      secretAccessKey: secret.describe('The secret access key.'),
    })
    .optional()
    .describe(
      'A key pair that the SDKs of the caller sign with; `rolecall gateway keys` makes one.',
    ),
  anonymous: z
    .boolean()
    .default(false)
    .describe(
      'Whoever shows neither token nor signature is this caller. Only where `rolecall gateway` listens on loopback or a Unix socket; requests of web pages are refused.',
    ),
  role: roleArn.optional().describe('The ARN of the role for this caller; goes before all others.'),
  allow: z
    .array(ruleSchema)
    .default([])
    .describe('What the caller may ask for: any of these rules. Without one: nothing.'),
})

const routeSchema = z.strictObject({
  name: z.string().min(1).max(64).describe('Names the route in the audit log.'),
  match: z
    .strictObject({
      host: z.string().min(1).max(253).optional().describe('The Host header, without port.'),
      path: z
        .string()
        .regex(/^(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/, 'a path such as `/orders`')
        .optional()
        .describe('Segments at the beginning of the path; they are taken off.'),
      header: z
        .strictObject({
          name: z
            .string()
            .regex(/^[\w-]{1,64}$/, 'the name of a header')
            .describe('Its name.'),
          value: z.string().min(1).max(256).describe('Exactly this value.'),
        })
        .optional()
        .describe('A header of the request; a signature must cover it. It is not sent on.'),
    })
    .describe('Which requests it is for; all parts that are there must fit.'),
  service: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'a signing name such as `execute-api`')
    .describe('The signing name of the service.'),
  region: z.string().min(1).describe('The region to sign for.'),
  upstream: url
    .optional()
    .describe(
      'Where the requests go, with a path that is put before theirs; default: the host of AWS for service and region. https, or http on loopback.',
    ),
  role: roleArn.optional().describe('The ARN of the role for this route.'),
})

/** `signingGateway` */
export const signingGatewaySchema = z.strictObject({
  listen: z
    .string()
    .min(1)
    .default('127.0.0.1:9911')
    .describe(
      'Where `rolecall gateway` listens: `ADDRESS:PORT`, or `unix:PATH` for a socket that only its owner may use. `rolecall serve` has it at `prefix`.',
    ),
  prefix: z
    .string()
    .regex(/^(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/, 'a path such as `/gateway`')
    .default('/gateway')
    .describe('What the paths begin with where `rolecall serve` has it.'),
  role: roleArn
    .optional()
    .describe('The ARN of the role to sign with; default: `aws.credentials` themselves.'),
  endpoints: z
    .record(z.string().min(1), url)
    .default({})
    .describe('Other addresses than those of AWS, by signing name; `*` for all: the simulator.'),
  s3Payload: z
    .enum(['auto', 'unsigned', 'chunks'])
    .default('auto')
    .describe(
      'How bodies to S3 are covered when nobody told their hash: in signed chunks, or, protected by TLS, not at all. `auto`: chunks over plain HTTP, unsigned over TLS.',
    ),
  maxBufferedBody: z
    .number()
    .int()
    .min(1)
    .max(256)
    .default(10)
    .describe(
      'MiB of a body that must be read whole to be signed: for services other than S3, when nobody told its hash. Eight times that together.',
    ),
  routes: z
    .array(routeSchema)
    .default([])
    .describe(
      'The first that fits counts. Without one, a host of AWS in Host or in the first segment of the path tells service and region, else what the caller signed for.',
    ),
  callers: z.array(callerSchema).min(1).describe('Who may send requests.'),
})

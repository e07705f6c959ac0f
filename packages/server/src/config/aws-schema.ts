/** `aws`: how AWS is reached, and with which credentials. */
import { z } from 'zod'
import { duration, externalId, roleArn, secret } from './schema-parts.ts'

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

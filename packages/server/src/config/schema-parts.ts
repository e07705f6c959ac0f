/** Kinds of values that several parts of the file format have. */
import { z } from 'zod'

/** A time span. */
export const duration = z
  .union([z.string(), z.number().int()])
  .describe('A time span: seconds as a number, or a number with s, m, h or d (`90s`, `8h`).')

/** Where a secret is. */
export const secret = z
  .union([
    z.string().describe('The secret itself: for tests only; prefer one of the other forms.'),
    z
      .strictObject({ env: z.string().min(1).describe('The name of an environment variable.') })
      .describe('Read from this environment variable.'),
    z
      .strictObject({ file: z.string().min(1) })
      .describe('Read from this file (one line end is cut).'),
    z
      .strictObject({ command: z.array(z.string().min(1)).min(1) })
      .describe('Printed by this command (an argument list; no shell).'),
  ])
  .describe('A secret: `{env: NAME}`, `{file: PATH}` or `{command: [PROGRAM, ARGUMENT, …]}`.')

/** The ARN of a role; whether its partition is known is checked elsewhere. */
export const roleArn = z
  .string()
  .regex(/^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'a role ARN is needed here')

/** An external id of AssumeRole. */
export const externalId = z
  .string()
  .regex(/^[\w+=,.@:/-]{2,1224}$/, 'an external id is 2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -')
  .optional()
  .describe('What the trust policy of the role asks for.')

/** The name of a thing in the file. */
export const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and dashes, at most 32')

/** The alias of an account: group names that say one may come from anywhere. */
export const alias = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'letters, digits, dots, dashes and underscores, at most 64',
  )

const domain = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    'a domain in lower case, such as `example.com`',
  )

/** Which e-mail addresses belong to a source of people. */
export const emailDomains = z
  .array(domain)
  .max(100)
  .default([])
  .describe(
    'Whose addresses the sign-in page sends to this source: the part behind the @, exactly.',
  )

/** What every entry of a list of sources of people has. */
export const sourceFields = {
  id: id.describe('Names this source in addresses, grants and the audit log.'),
  title: z.string().min(1).max(80).optional().describe('What its button says; default: the id.'),
  emailDomains,
}

/** The name of an HTTP header. */
export const headerName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'letters, digits and dashes, at most 64')

/** A secret as the file gives it. */
export type SecretReference = z.output<typeof secret>

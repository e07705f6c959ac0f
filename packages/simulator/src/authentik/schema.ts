import { z } from 'zod'
import { tenantPerson } from '../tenants/schema.ts'

const slug = z.string().regex(/^[a-z0-9-]{1,60}$/, 'a slug has a-z, 0-9 and -')
const code = z
  .string()
  .regex(/^[0-9a-z]{4,32}$/, 'a code has 4 to 32 of 0-9 and a-z; quote it in YAML')

/** A simulated authentik, on the port of the company IdP: one flow that signs in, one that gives the response. */
export const authentikSchema = z.strictObject({
  /** Slug of the application for AWS. */
  application: slug.default('aws'),
  /** Slug of the flow that signs in. */
  flow: slug.default('default-authentication-flow'),
  /** The password is a field of the first stage. */
  passwordField: z.boolean().default(false),
  /** Other identity providers on the first stage; with `sourcesOnly` there is no name to type. */
  sources: z.array(z.string().min(1).max(100)).max(20).default([]),
  sourcesOnly: z.boolean().default(false),
  captcha: z.boolean().default(false),
  /** Asks whether to stay signed in. */
  rememberMe: z.boolean().default(false),
  /** Asks whether AWS may know who the person is. */
  consent: z.boolean().default(false),
  people: z
    .array(
      tenantPerson.extend({
        /** Recovery codes, each of which works once. */
        recoveryCodes: z.array(code).max(12).default([]),
        /** What is sent: there is nobody to send it to. */
        sms: code.optional(),
        email: z.strictObject({ to: z.string().max(100), code }).optional(),
        duo: z.enum(['allow', 'deny']).optional(),
        /** Words of a policy that denies access after the sign-in. */
        denied: z.string().max(200).optional(),
        /** A stage after the password: its component, such as `ak-stage-prompt`. */
        stage: z
          .string()
          .regex(/^x?ak-[\w-]{1,60}$/, 'a component is ak-…')
          .optional(),
      }),
    )
    .max(1000)
    .default([]),
})
export type AuthentikDocument = z.output<typeof authentikSchema>

import { z } from 'zod'
import { tenantPerson } from '../tenants/schema.ts'

const sentCode = z.strictObject({
  /** Where it goes, as the person sees it. */
  to: z.string().min(1).max(100),
  /** What is sent: there is nobody to send it to. Sending another one adds 1 to it. */
  code: z.string().regex(/^[0-9]{4,9}$/, 'a code has 4 to 9 digits; quote it in YAML'),
})

/** A simulated Okta organization, on the port of the company IdP. */
export const oktaSchema = z.strictObject({
  /** Which engine it runs. `identity` answers what a command cannot go on with. */
  engine: z.enum(['classic', 'identity']).default('classic'),
  /** Path of the embed link of the application for AWS. */
  application: z
    .string()
    .regex(/^\/home\/[\w./-]{1,200}$/, 'an embed link is /home/…')
    .default('/home/amazon_aws/0oasimulated/272'),
  /** Whether the application asks for the second factor, instead of the sign-in. */
  stepUp: z.boolean().default(false),
  /** Whether `/api/v1/sessions` is open to it. */
  sessionsApi: z.boolean().default(true),
  people: z
    .array(
      tenantPerson.extend({
        /** Where its sign-in ends after the password. */
        status: z
          .enum(['ACTIVE', 'LOCKED_OUT', 'PASSWORD_EXPIRED', 'PASSWORD_WARN', 'MFA_ENROLL'])
          .default('ACTIVE'),
        /** Okta Verify: what the person does on the phone, after so many polls. */
        push: z
          .strictObject({
            answer: z.enum(['approve', 'reject', 'ignore']).default('approve'),
            polls: z.int().min(0).max(100).default(1),
            /** The number to choose. */
            number: z.int().min(0).max(99).optional(),
          })
          .optional(),
        sms: sentCode.optional(),
        call: sentCode.optional(),
        email: sentCode.optional(),
        question: z
          .strictObject({ text: z.string().max(200), answer: z.string().min(1).max(200) })
          .optional(),
        hardwareToken: z
          .strictObject({
            provider: z.enum(['YUBICO', 'SYMANTEC', 'RSA']),
            code: z.string().min(4).max(64),
          })
          .optional(),
        duo: z.boolean().default(false),
      }),
    )
    .max(1000)
    .default([]),
})
export type OktaDocument = z.output<typeof oktaSchema>

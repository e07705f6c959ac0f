/** `accounts`: the AWS accounts that the file declares. */
import { z } from 'zod'
import { accountViaSchema } from './account-via-schema.ts'

/** An entry of `accounts`. */
export const accountSchema = z.strictObject({
  id: z
    .string({ error: 'an account id is twelve digits in quotes' })
    .regex(/^\d{12}$/, 'an account id is twelve digits in quotes')
    .describe('Twelve digits, in quotes.'),
  name: z.string().min(1).max(128).optional().describe('What people see; default: the alias.'),
  partition: z
    .enum([
      'aws',
      'aws-cn',
      'aws-us-gov',
      'aws-eusc',
      'aws-iso',
      'aws-iso-b',
      'aws-iso-e',
      'aws-iso-f',
    ])
    .default('aws')
    .describe('The AWS partition that the account is in.'),
  tags: z
    .record(z.string().min(1), z.string())
    .default({})
    .describe('Words to find the account by: names and values of your own.'),
  via: accountViaSchema,
})

import { z } from 'zod'
import { duration } from './schema-parts.ts'

/** `commandLine` */
export const commandLineSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'People may sign the `rolecall` command in, through their browser. `false` ends every such session.',
    ),
  lifetime: duration
    .default('12h')
    .describe(
      'Signed out after this long in any case, used or not: 5 minutes to 30 days. The identity provider may end it earlier.',
    ),
})

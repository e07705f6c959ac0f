import { z } from 'zod'
import { id } from './schema-parts.ts'

/** An entry of `federationApi`. */
export const federationApiSchema = z.strictObject({
  prefix: z
    .string()
    .max(128)
    .regex(/^(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/, 'a path such as `/afp-api/latest`')
    .describe(
      'What the addresses of this mount begin with. `afp` asks below `/afp-api/latest`, `alppaca` below `/latest`.',
    ),
  for: z
    .enum(['people', 'machines'])
    .describe(
      '`people`: whoever a trusted proxy names, or who sends a password with HTTP Basic. `machines`: the host that asks, by its address (`signIn.machines`).',
    ),
  sources: z
    .array(id)
    .min(1)
    .max(16)
    .optional()
    .describe(
      'With `for: people`: the sources that count here, ids of `signIn.headers` and `signIn.ldap`, `local` for local users. Passwords are tried in this order.',
    ),
  hosts: z
    .array(
      z
        .string()
        .max(253)
        .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'a host name in lower case, without port'),
    )
    .max(32)
    .default([])
    .describe(
      'With `for: machines`: host names that machines ask for, besides the one of `publicUrl` and plain addresses. Any other is refused, so that no web page in a browser on a machine gets its keys by a name of its own (DNS rebinding).',
    ),
  plainHttp: z
    .boolean()
    .default(false)
    .describe(
      'With `for: machines`: answer over plain HTTP too, so that keys cross the network in the clear. Without it only TLS will do, here or at a proxy of `listen.trustedProxies` that sends X-Forwarded-Proto.',
    ),
})

import { z } from 'zod'
import { duration, id } from './schema-parts.ts'

/** `signIn.machines` */
export const machinesSchema = z.strictObject({
  id: id
    .default('machines')
    .describe('Names this source in grants (`sources`) and in the audit log.'),
  domains: z
    .array(
      z
        .string()
        .regex(
          /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
          'a domain in lower case, such as `rz.example.com`',
        ),
    )
    .min(1)
    .max(100)
    .describe(
      'Domains whose hosts are machines: the name behind its first label must be one of these, exactly. What is below one of them is not in it.',
    ),
  networks: z
    .array(z.string().min(1))
    .min(1)
    .max(100)
    .describe(
      'Addresses or networks (CIDR) whose addresses are asked about. Loopback, link-local, multicast and metadata addresses count only where such a network itself is listed, never as part of a wider one; the addresses of `listen.trustedProxies` never count.',
    ),
  nameServers: z
    .array(z.string().min(1))
    .max(8)
    .default([])
    .describe(
      'Name servers to ask: an address, or one with port (`10.0.0.53:5353`, `[2001:db8::53]:53`); default: those of the system. Who answers for them decides who a machine is.',
    ),
  timeout: duration
    .default(3)
    .describe('How long the name of an address may take to find: 1 to 30 seconds.'),
})

/** What is kept of AWS's answers. It goes through the store, and is checked when it comes back. */
import { z } from 'zod'

const tags = {
  /** Undefined: not read, or not yet. */
  tags: z.record(z.string(), z.string()).optional(),
  /** Milliseconds since 1970. */
  tagsReadAt: z.number().optional(),
}

/** The accounts of an organization, those that cannot be used too: they hold their names. */
export const organizationFacts = z.object({
  accounts: z.array(z.object({ id: z.string(), name: z.string(), isActive: z.boolean(), ...tags })),
})

/** The roles of one account. */
export const rolesFacts = z.object({
  roles: z.array(
    z.object({
      arn: z.string(),
      name: z.string(),
      path: z.string(),
      description: z.string().optional(),
      maxSessionSeconds: z.number().optional(),
      ...tags,
    }),
  ),
})

/** `organizationFacts` */
export type OrganizationFacts = z.output<typeof organizationFacts>
/** `rolesFacts` */
export type RolesFacts = z.output<typeof rolesFacts>
/** The tags of a thing and when they were read. */
export type Tagged = Pick<RolesFacts['roles'][number], 'tags' | 'tagsReadAt'>

/** What one visit of AWS brought; `problem` when a part could not be read. */
export interface Read<Facts> {
  readonly facts: Facts
  readonly problem: unknown
}

/** A Principal as the text that a browser session keeps, and back. */
import { z } from 'zod'
import type { Principal } from '../nouns.ts'

const stored = z.object({
  kind: z.literal('person'),
  id: z.string(),
  source: z.string(),
  username: z.string(),
  displayName: z.string(),
  email: z.string().optional(),
  groups: z.array(z.string()),
  attributes: z.record(z.string(), z.array(z.string())),
  amr: z.array(z.string()),
  authenticatedAt: z.coerce.date(),
  address: z.string(),
  notAfter: z.coerce.date().optional(),
})

/** JSON; times as ISO 8601. */
export function writePrincipal(principal: Principal): string {
  return JSON.stringify(principal)
}

/** The principal that `writePrincipal` wrote; undefined when the text is anything else. */
export function readPrincipal(text: string): Principal | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const result = stored.safeParse(value)
  if (!result.success) return undefined
  return Object.freeze({
    ...result.data,
    groups: Object.freeze(result.data.groups),
    email: result.data.email,
    notAfter: result.data.notAfter,
  })
}

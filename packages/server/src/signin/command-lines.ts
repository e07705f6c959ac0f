/** The command lines of a person that are signed in. */
import { sql } from 'kysely'
import { z } from 'zod'
import type { Principal } from '../nouns.ts'
import type { Store } from '../store/index.ts'
import { readPrincipal } from './principal-text.ts'

/** What asked to be signed in. The first two are its own words: nobody has checked them. */
export interface CommandClient {
  readonly hostName: string | undefined
  readonly userAgent: string | undefined
  /** Where it asked from. */
  readonly address: string
  readonly way: 'loopback' | 'device'
}

/** A command line that is signed in. */
export interface CommandLine extends CommandClient {
  /** The hash of its grant: names it, and opens nothing. */
  readonly idHash: string
  readonly createdAt: Date
  /** To a minute. */
  readonly seenAt: Date
  readonly expiresAt: Date
}

const stored = z.object({
  hostName: z.string().optional(),
  userAgent: z.string().optional(),
  address: z.string(),
  way: z.enum(['loopback', 'device']),
})
const nothing = {
  hostName: undefined,
  userAgent: undefined,
  address: 'unknown',
  way: 'device',
} as const

/** More than these are not shown. */
const mostShown = 100

/** As the session keeps it. */
export function writeClient({ hostName, userAgent, address, way }: CommandClient): string {
  return JSON.stringify({ hostName, userAgent, address, way })
}

function readClient(text: string | null): CommandClient {
  const result = stored.safeParse(JSON.parse(text ?? 'null'))
  if (!result.success) return nothing
  const { hostName, userAgent, address, way } = result.data
  return { hostName, userAgent, address, way }
}

/** Those of a principal, the newest first, that do not end before `at`. */
export async function commandLinesOf(
  { db }: Store,
  principalId: string,
  at: number,
  endOf: (session: {
    readonly principal: Principal
    readonly createdAt: number
    readonly until: number
  }) => number,
): Promise<readonly CommandLine[]> {
  const rows = await db
    .selectFrom('browser_sessions')
    .selectAll()
    .where('kind', '=', 'command')
    .where(sql`json_extract(principal, '$.id')`, '=', principalId)
    .orderBy('created_at', 'desc')
    .limit(mostShown)
    .execute()
  return rows.flatMap(row => {
    const principal = readPrincipal(row.principal)
    if (principal === undefined) return []
    const expiresAt = endOf({ principal, createdAt: row.created_at, until: row.expires_at })
    if (at >= expiresAt) return []
    return [
      {
        ...readClient(row.client),
        idHash: row.id_hash,
        createdAt: new Date(row.created_at),
        seenAt: new Date(row.seen_at),
        expiresAt: new Date(expiresAt),
      },
    ]
  })
}

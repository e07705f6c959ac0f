/** The tags of many things, of which those are read anew that are due. */
import { AwsError } from '@rolecall/aws'
import type { Tagged } from './facts.ts'
import { inParallel } from './in-parallel.ts'

/** How tags are read, and when it is time to. */
export interface TagReading {
  /** Throws `AwsError`. */
  readonly read: (id: string) => Promise<Readonly<Record<string, string>>>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Whether they are old enough to be read anew. */
  readonly isDue: (tagged: Tagged) => boolean
}

/** What there is now; `gone` are those that AWS no longer has. */
export interface RenewedTags {
  readonly tags: ReadonlyMap<string, Tagged>
  readonly gone: ReadonlySet<string>
  /** Why some could not be read; undefined: all could. */
  readonly problem: unknown
}

/** AWS throttles these calls for each account: a few at a time are as fast as many. */
const width = 4

/**
 * Reads the tags that are due. Where it fails, what was known before stays, with the time at which it was read. When the
 * service throttles or is at fault for longer than is waited, the others are left for the next time.
 */
export async function renewTags(
  ids: readonly string[],
  known: ReadonlyMap<string, Tagged>,
  { read, now, isDue }: TagReading,
): Promise<RenewedTags> {
  const tags = new Map<string, Tagged>()
  const gone = new Set<string>()
  const due: string[] = []
  for (const id of ids) {
    const before = known.get(id)
    if (before !== undefined) tags.set(id, before)
    if (before?.tagsReadAt === undefined || isDue(before)) due.push(id)
  }
  // Those that nobody has read come first, then the oldest.
  due.sort((a, b) => (tags.get(a)?.tagsReadAt ?? 0) - (tags.get(b)?.tagsReadAt ?? 0))
  let problem: unknown
  let isOver = false
  await inParallel(due, width, async id => {
    if (isOver) return
    try {
      const tagsReadAt = now()
      tags.set(id, { tags: await read(id), tagsReadAt })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      if (error.code === 'NoSuchEntity') {
        gone.add(id)
        return
      }
      problem ??= error
      isOver ||= error.fault !== 'client' || error.retryable
    }
  })
  return { tags, gone, problem }
}

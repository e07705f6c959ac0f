import { AwsError } from '../errors.ts'

/** One page of a list, and what asks for the next one. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** Pages without an item that are taken in a row: AWS gives some, and must not go on for ever. */
const maxEmptyPages = 20

/**
 * All items of a list, page by page. AWS may give pages with fewer items than asked for, or none: only that there is
 * no `next` ends the list. Throws {@link AwsError} `bad_answer` for more than `max` items and for pages that go round.
 */
export async function allPages<T>(
  what: string,
  max: number,
  pageAt: (next: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const items: T[] = []
  let empty = 0
  let next: string | undefined
  do {
    const page = await pageAt(next)
    empty = page.items.length === 0 ? empty + 1 : 0
    const goesRound = page.next !== undefined && page.next === next
    if (goesRound || empty > maxEmptyPages) throw endless(what, 'its pages do not end')
    items.push(...page.items)
    if (items.length > max) throw endless(what, `more than ${max} items`)
    next = page.next
  } while (next !== undefined)
  return items
}

function endless(what: string, why: string): AwsError {
  return new AwsError('bad_answer', `${what}: ${why}`, { fault: 'server' })
}

/** Part of a list, and the token that asks for the rest. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/**
 * The part of `items` after `token`, at most `size`. Tokens name the last item given, so that a list which changes
 * between two calls neither repeats nor skips. `undefined` for a token that is not one.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  size: number,
): Page<T> | undefined {
  const after = token === undefined ? '' : keyFrom(token)
  if (after === undefined) return undefined
  const sorted = items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const rest = sorted.filter(item => keyOf(item) > after)
  const page = rest.slice(0, size)
  const last = page.at(-1)
  const isMore = rest.length > page.length
  return { items: page, next: isMore && last !== undefined ? tokenAfter(keyOf(last)) : undefined }
}

const mark = 'after:'

/** The token for what comes after a key. */
export const tokenAfter = (key: string): string => Buffer.from(mark + key).toString('base64url')

function keyFrom(token: string): string | undefined {
  const text = Buffer.from(token, 'base64url').toString()
  return text.startsWith(mark) ? text.slice(mark.length) : undefined
}

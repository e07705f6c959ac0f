/** Two texts line by line, in the form of `diff -u`. */

/** A line of both (' '), of the old text alone ('-') or of the new one alone ('+'). */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

const context = 3

/** The lines of a unified diff (POSIX `diff -u`); none when the texts are the same. */
export function unifiedDiff(
  before: string,
  after: string,
  names: { readonly before: string; readonly after: string },
): readonly string[] {
  if (before === after) return []
  const all = diffLines(linesOf(before), linesOf(after))
  const lines = [`--- ${names.before}`, `+++ ${names.after}`]
  let [seen, old, fresh] = [0, 0, 0]
  for (const [from, to] of hunks(all)) {
    const part = all.slice(from, to)
    old += count(all.slice(seen, from), '+')
    fresh += count(all.slice(seen, from), '-')
    const [oldLength, freshLength] = [count(part, '+'), count(part, '-')]
    lines.push(`@@ -${range(old, oldLength)} +${range(fresh, freshLength)} @@`)
    for (const { sign, text } of part) {
      lines.push(sign + text.replace(/\n$/, ''))
      if (!text.endsWith('\n')) lines.push('\\ No newline at end of file')
    }
    ;[seen, old, fresh] = [to, old + oldLength, fresh + freshLength]
  }
  return lines
}

/** Of one side: all lines but those of the other alone. */
const count = (lines: readonly DiffLine[], other: '+' | '-') =>
  lines.filter(({ sign }) => sign !== other).length

/** The number of the first line, or of the one before it when there is none. */
const range = (before: number, length: number) => `${before + (length === 0 ? 0 : 1)},${length}`

/** Every line with its end, so that another line end is another line. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

function hunks(all: readonly DiffLine[]): readonly (readonly [from: number, to: number])[] {
  const found: [number, number][] = []
  for (const [at, { sign }] of all.entries()) {
    if (sign === ' ') continue
    const last = found.at(-1)
    const from = Math.max(0, at - context)
    const to = Math.min(all.length, at + 1 + context)
    if (last !== undefined && from <= last[1]) last[1] = to
    else found.push([from, to])
  }
  return found
}

/**
 * Lines that stand once in both texts hold them together (Bram Cohen's "patience diff"), and what is
 * between two of them is compared alone: fast however many lines there are.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const same = (text: string): DiffLine => ({ sign: ' ', text })
  let head = 0
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head += 1
  let tail = 0
  const rest = Math.min(before.length, after.length) - head
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  const old = before.slice(head, before.length - tail)
  const fresh = after.slice(head, after.length - tail)
  const parts: DiffLine[][] = []
  let [i, j] = [0, 0]
  for (const [oldAt, newAt] of anchors(old, fresh)) {
    parts.push(diffLines(old.slice(i, oldAt), fresh.slice(j, newAt)))
    parts.push([same(old[oldAt] ?? '')])
    ;[i, j] = [oldAt + 1, newAt + 1]
  }
  if (i > 0) parts.push(diffLines(old.slice(i), fresh.slice(j)))
  else {
    parts.push(old.map(text => ({ sign: '-', text })))
    parts.push(fresh.map(text => ({ sign: '+', text })))
  }
  const end = before.slice(before.length - tail)
  return [before.slice(0, head).map(same), ...parts, end.map(same)].flat()
}

/** Pairs of lines that stand once in each, as many as are in the same order in both. */
function anchors(
  old: readonly string[],
  fresh: readonly string[],
): readonly (readonly [number, number])[] {
  const [inOld, inFresh] = [onlyPlaces(old), onlyPlaces(fresh)]
  const pairs = [...inOld].flatMap(([text, at]): [number, number][] => {
    const there = inFresh.get(text)
    return at < 0 || there === undefined || there < 0 ? [] : [[at, there]]
  })
  pairs.sort(([a], [b]) => a - b)
  return longestRising(pairs)
}

function onlyPlaces(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  for (const [at, text] of lines.entries()) places.set(text, places.has(text) ? -1 : at)
  return places
}

/** Patience sorting: piles of pairs by their second number, each linked to the top of the pile before. */
function longestRising(pairs: readonly (readonly [number, number])[]) {
  interface Card {
    readonly pair: readonly [number, number]
    readonly before: Card | undefined
  }
  const tops: Card[] = []
  for (const pair of pairs) {
    let [low, high] = [0, tops.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((tops[middle]?.pair[1] ?? 0) < pair[1]) low = middle + 1
      else high = middle
    }
    tops[low] = { pair, before: tops[low - 1] }
  }
  const rising: (readonly [number, number])[] = []
  for (let card = tops.at(-1); card !== undefined; card = card.before) rising.push(card.pair)
  return rising.reverse()
}

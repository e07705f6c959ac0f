const maxLength = 64

/** The name most like the given one, when it is so by a third of its length or better. */
export function nearestName(given: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined
  let least = Math.ceil(given.length / 3) + 1
  for (const name of names) {
    const distance = distanceOf(given.toLowerCase(), name.toLowerCase())
    if (distance < least) [nearest, least] = [name, distance]
  }
  return nearest
}

/** How many characters must be changed, added or taken away (Levenshtein), of the first 64. */
function distanceOf(a: string, b: string): number {
  const [left, right] = [a.slice(0, maxLength), b.slice(0, maxLength)]
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (const [line, one] of [...left].entries()) {
    const next = [line + 1]
    for (const [at, other] of [...right].entries()) {
      const changed = (row[at] ?? 0) + (one === other ? 0 : 1)
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}

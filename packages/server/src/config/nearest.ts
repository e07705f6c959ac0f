/** Comparing words costs their number times that of the known ones. */
const suggestedWords = 100

/**
 * The known word that a mistyped one most likely means: at most a third of its letters apart, case
 * aside; undefined when none is that near.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word === '' || word.length > 64) return undefined
  let best: { word: string; distance: number } | undefined
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3))
    const isNear = distance <= allowed && distance < candidate.length
    if (isNear && (best === undefined || distance < best.distance)) {
      best = { word: candidate, distance }
    }
  }
  return best?.word
}

/** `did you mean X?`, or the known words, at most ten. */
export function suggestion(word: string, known: readonly string[], what: string): string {
  const near = nearest(word, known)
  return near === undefined ? listing(known, what) : `did you mean \`${near}\`?`
}

/** The same for many words against many known ones: each word once, and a bounded number of them. */
export function suggester(known: readonly string[], what: string): (word: string) => string {
  const suggestions = new Map<string, string>()
  return word => {
    const found = suggestions.get(word)
    if (found !== undefined) return found
    if (suggestions.size >= suggestedWords) return listing(known, what)
    const made = suggestion(word, known, what)
    suggestions.set(word, made)
    return made
  }
}

function listing(known: readonly string[], what: string): string {
  if (known.length === 0) return `there is no ${what} yet`
  const shown = known.slice(0, 10).map(one => `\`${one}\``)
  return `known: ${shown.join(', ')}${known.length > shown.length ? ' and more' : ''}`
}

/** Levenshtein's distance, with a swap of neighbours counted once. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next[j] = Math.min(
        at(row, j) + 1,
        at(next, j - 1) + 1,
        at(row, j - 1) + (same ? 0 : 1),
        swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = row
    row = next
  }
  return at(row, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}

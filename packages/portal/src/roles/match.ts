/** A half-open range of UTF-16 positions. */
export type Range = readonly [start: number, end: number]

/** How a word was found, best first. The last two are the fuzzy ones. */
export const tiers = ['whole', 'start', 'word', 'inside', 'initials', 'letters'] as const
export type Tier = (typeof tiers)[number]

export interface Match {
  readonly tier: Tier
  readonly ranges: readonly Range[]
}

/** Finds `word` (lower case) in `text`; with `fuzzy`, also as letters in order with gaps. */
export function matchText(text: string, word: string, fuzzy: boolean): Match | undefined {
  const lower = text.toLowerCase()
  // A few capitals grow when lowered, and positions would no longer fit the text.
  const folded = lower.length === text.length ? lower : text
  const written = matchWritten(text, folded, word)
  if (written !== undefined || !fuzzy || word.length < 2) return written
  return matchInitials(text, folded, word) ?? matchLetters(text, folded, word)
}

function matchWritten(text: string, folded: string, word: string): Match | undefined {
  const first = folded.indexOf(word)
  if (first < 0) return undefined
  const at = (start: number): Range[] => [[start, start + word.length]]
  if (first === 0) return { tier: folded.length === word.length ? 'whole' : 'start', ranges: at(0) }
  for (let start = first; start >= 0; start = folded.indexOf(word, start + 1)) {
    if (isWordStart(text, start)) return { tier: 'word', ranges: at(start) }
  }
  return { tier: 'inside', ranges: at(first) }
}

function matchInitials(text: string, folded: string, word: string): Match | undefined {
  return inOrder(folded, word, 0, position => isWordStart(text, position), 'initials')
}

/** The first letter must start a word: gaps are allowed, chance hits are not. */
function matchLetters(text: string, folded: string, word: string): Match | undefined {
  for (let start = folded.indexOf(word.charAt(0)); start >= 0; ) {
    if (isWordStart(text, start)) {
      const match = inOrder(folded, word, start, () => true, 'letters')
      if (match !== undefined) return match
    }
    start = folded.indexOf(word.charAt(0), start + 1)
  }
  return undefined
}

function inOrder(
  folded: string,
  word: string,
  from: number,
  allowed: (position: number) => boolean,
  tier: Tier,
): Match | undefined {
  const ranges: Range[] = []
  let next = 0
  for (let position = from; position < folded.length && next < word.length; position++) {
    if (folded[position] !== word[next] || !allowed(position)) continue
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === position)
      ranges[ranges.length - 1] = [last[0], position + 1]
    else ranges.push([position, position + 1])
    next++
  }
  return next === word.length ? { tier, ranges } : undefined
}

/** After a separator, at a capital after a small letter, or at a digit after a letter. */
function isWordStart(text: string, position: number): boolean {
  if (position === 0) return true
  const before = text.charAt(position - 1)
  const here = text.charAt(position)
  if (!/[\p{L}\p{N}]/u.test(before)) return true
  if (/\p{Lu}/u.test(here)) return !/\p{Lu}/u.test(before)
  return /\p{N}/u.test(here) && !/\p{N}/u.test(before)
}

/** Sorts and joins ranges that touch or overlap, for highlighting. */
export function joinRanges(ranges: readonly Range[]): Range[] {
  const joined: Range[] = []
  for (const range of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last !== undefined && range[0] <= last[1]) {
      joined[joined.length - 1] = [last[0], Math.max(last[1], range[1])]
    } else joined.push(range)
  }
  return joined
}

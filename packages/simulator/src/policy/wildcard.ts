/** True when `text` fits `pattern`, where `*` stands for any characters and `?` for one. Time is at most the product of the lengths. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let retry = 0
  while (t < text.length) {
    const expected = pattern[p]
    if (expected === '*') {
      star = p++
      retry = t
    } else if (expected !== undefined && (expected === '?' || expected === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++retry
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** As `matchesWildcard`, ARN by ARN part: a wildcard of one of the first five parts does not reach into the next. */
export function matchesArn(pattern: string, arn: string): boolean {
  const expected = arnParts(pattern)
  const actual = arnParts(arn)
  return (
    expected.length === 6 &&
    actual.length === 6 &&
    expected.every((part, index) => matchesWildcard(part, actual[index] ?? ''))
  )
}

function arnParts(text: string): string[] {
  const parts = text.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

import { joinRanges, type Range } from './match.ts'

/** Text with the ranges that the search found marked. */
export function Highlight({ text, ranges }: { text: string; ranges: readonly Range[] }) {
  if (ranges.length === 0) return text
  const parts = []
  let end = 0
  for (const [from, to] of joinRanges(ranges)) {
    if (from > end) parts.push(text.slice(end, from))
    parts.push(<mark key={from}>{text.slice(from, to)}</mark>)
    end = to
  }
  if (end < text.length) parts.push(text.slice(end))
  return parts
}

import { secretSearch } from './repeats-secret.ts'

/** Longest quotation, in characters. */
const maxLength = 1024
/** So much of an answer is looked at, in characters. */
const maxRead = 16 * 1024

/**
 * What a service said, as an error message may repeat it: one line of printable characters, bounded,
 * without the tags of a page. Services and proxies repeat what they were sent, in pieces and in any
 * encoding: a text in which {@link secretSearch} finds one of the `secrets` gives undefined.
 */
export function quotable(answer: string, secrets: readonly string[]): string | undefined {
  const text = withoutTags(answer).slice(0, maxRead)
  if (secretSearch(secrets)(text)) return undefined
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, maxLength)
}

/** The text of a page. */
export function withoutTags(page: string): string {
  // Neither looks for an end again that is not there: the service writes the text, and its length.
  return page.replace(/<(style|script)\b[\s\S]*?(?:<\/\1>|$)|<[^<>]*>/gi, ' ')
}

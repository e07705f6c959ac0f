/**
 * The words of a command or section name, split as a POSIX shell does without expanding anything (Python's
 * `shlex.split`): blanks part them; `'…'` is taken as it stands; in `"…"` a backslash escapes `"` and
 * itself, outside any character. Undefined when a quotation or an escape is not closed.
 */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let at = 0
  const next = () => text.charAt(at++)
  while (at < text.length) {
    const one = next()
    if (' \t\r\n'.includes(one)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (one === "'") {
      const end = text.indexOf("'", at)
      if (end < 0) return undefined
      word = (word ?? '') + text.slice(at, end)
      at = end + 1
    } else if (one === '"') {
      word ??= ''
      for (let inner = next(); inner !== '"'; inner = next()) {
        if (inner === '') return undefined
        const escaped = inner === '\\' && /["\\]/.test(text.charAt(at)) ? next() : inner
        word += escaped
      }
    } else if (one === '\\') {
      if (at >= text.length) return undefined
      word = (word ?? '') + next()
    } else {
      word = (word ?? '') + one
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

/** The text as one word of a POSIX shell, for a command that a person may copy. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

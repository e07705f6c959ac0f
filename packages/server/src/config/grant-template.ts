/** Texts of a grant in which the named groups of its pattern stand: `rz_{role}`. */

/** A text with holes; without any it stands for itself. */
export interface Template {
  readonly text: string
  /** A string stands for itself, a hole for the named group. */
  readonly parts: readonly (string | { readonly group: string })[]
}

const hole = /\{([A-Za-z_][A-Za-z0-9_]*)\}/

/** Reads `team/{role}`; undefined when a brace has no partner. */
export function parseTemplate(text: string): Template | undefined {
  // A split by a pattern with one group alternates between what is outside and what is inside.
  const pieces = text.split(hole)
  const parts = pieces
    .map((piece, index): Template['parts'][number] => (index % 2 === 1 ? { group: piece } : piece))
    .filter(part => part !== '')
  if (parts.some(part => typeof part === 'string' && /[{}]/.test(part))) return undefined
  return Object.freeze({ text, parts: Object.freeze(parts) })
}

/** The names of its holes. */
export function groupsOf({ parts }: Template): readonly string[] {
  return parts.flatMap(part => (typeof part === 'string' ? [] : part.group))
}

/** Fills the holes; undefined when a named group took no part in the match. */
export function fillTemplate(
  { parts }: Template,
  captures: Readonly<Record<string, string>>,
): string | undefined {
  let filled = ''
  for (const part of parts) {
    const piece = typeof part === 'string' ? part : captures[part.group]
    if (piece === undefined) return undefined
    filled += piece
  }
  return filled
}

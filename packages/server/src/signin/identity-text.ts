/** Which texts may name a person or a group. */

const maxLength = 256

/**
 * Control, format (bidirectional marks and overrides, zero-width), private and unassigned
 * characters, separators, and the letters and marks that are invisible though Unicode counts them
 * elsewhere: two names that look the same must be the same.
 */
const unsafe =
  /[\p{C}\p{Zl}\p{Zp}]|[^\S ]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u

/**
 * True when the text may stand for an identity as it is: not empty, at most 256 characters, no
 * character that is invisible or reorders others, no space at either end. The text is never
 * trimmed or folded to make it fit.
 */
export function isIdentityText(text: string): boolean {
  return text.length > 0 && text.length <= maxLength && !unsafe.test(text) && !/^\s|\s$/u.test(text)
}

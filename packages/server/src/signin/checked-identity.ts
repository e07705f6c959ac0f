/** Names that a source gave, held against what may stand for an identity. */
import { isIdentityText } from './identity-text.ts'
import { SignInRefusal } from './refusals.ts'

const maxGroups = 1000

/** The text itself; throws a `SignInRefusal` when it may not name a person or a group. */
export function checkedIdentity(what: string, value: string): string {
  if (isIdentityText(value)) return value
  throw new SignInRefusal('identity-text', {
    check: what,
    expected: '1 to 256 visible characters',
    // As JSON escapes it, so that the audit log shows what cannot be seen.
    received: JSON.stringify(value.slice(0, 300)).replace(
      /[^\x20-\x7e]/g,
      char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  })
}

/** Each group once; throws a `SignInRefusal` for more than 1000, or one that may not name a group. */
export function checkedGroups(values: readonly string[]): readonly string[] {
  // An empty value is how some sources say that there is none.
  const groups = [...new Set(values)].filter(group => group !== '')
  if (groups.length > maxGroups) {
    throw new SignInRefusal('too-many-values', {
      check: 'groups',
      expected: `at most ${maxGroups}`,
      received: String(groups.length),
    })
  }
  return Object.freeze(groups.map(group => checkedIdentity('group', group)))
}

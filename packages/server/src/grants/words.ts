/** The sentences of offers and explanations. */
import type { MatchedBy } from './types.ts'

/** A name as people see it: in quotes, control characters escaped, and not endless. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)
}

/** `"a" or "b"`, at most five. */
export function either(names: readonly string[], word = 'or'): string {
  const shown = names.slice(0, 5).map(quote).join(` ${word} `)
  return names.length > 5 ? `${shown} ${word} ${names.length - 5} more` : shown
}

/** What made a rule hold: `group "admins"`. */
export function matchedBy(by: MatchedBy): string {
  switch (by.kind) {
    case 'everyone':
      return 'everyone signed in'
    case 'user':
      return `user ${quote(by.name)}`
    case 'group':
      return `group ${quote(by.name)}`
    case 'groups':
      return `groups ${either(by.names, 'and')}`
    case 'machine':
      return `machine ${quote(by.name)}`
    case 'tag':
      return `${quote(by.name)} in the role's tag ${quote(by.tag)}`
    case 'undiscovered':
      return 'a role whose tags are not known (yet)'
    case 'unclear':
      return `the group ${quote(by.name)}, which no pattern can be held against`
  }
}

/** `grant "prod-admin" (line 12)`. */
export function grantName({ name, line }: { name: string; line: number }): string {
  return `grant ${quote(name)} (line ${line})`
}

/** `1 hour`, `8 hours`, `90 minutes`. */
export function timeSpan(seconds: number): string {
  if (seconds % 3600 !== 0) return `${Math.round(seconds / 60)} minutes`
  return seconds === 3600 ? '1 hour' : `${seconds / 3600} hours`
}

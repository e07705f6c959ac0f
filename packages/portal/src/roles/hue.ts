/** The accent colours of accounts; each has its shades in `styles/tokens.css`. */
export const hues = [
  'red',
  'orange',
  'amber',
  'green',
  'teal',
  'cyan',
  'blue',
  'violet',
  'pink',
  'slate',
] as const
export type Hue = (typeof hues)[number]

/**
 * The accent of an account: its tag `color` (or `colour`) when that names a hue, else one that
 * follows from the account id and so stays the same for everyone, always.
 */
export function accountHue(account: {
  readonly id: string
  readonly tags: Readonly<Record<string, string>>
}): Hue {
  const wanted = (account.tags.color ?? account.tags.colour)?.toLowerCase()
  return hues.find(hue => hue === wanted) ?? hueOf(account.id)
}

/** FNV-1a: small, and it spreads ids that differ in one digit. */
function hueOf(id: string): Hue {
  let hash = 0x811c9dc5
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193)
  }
  return hues[(hash >>> 8) % hues.length] ?? 'slate'
}

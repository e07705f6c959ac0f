/** Shared configuration and credentials files at random, for comparing what readers find in them. */

const names = ['default', 'a', 'b c', 'Prod', 'x-1', 'é']
const keys = [
  ...['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'region', 'role_arn'],
  ...['source_profile', 'credential_process', 's3', 'Output', 'sso_session', 'k', 'a.b', 'ſ', '名'],
]
const values = [
  ...[
    'AKIDEXAMPLE',
    'wJalrXUtnFEMI/K7MDENG+bPx',
    'a=b==',
    'v # no comment',
    'v ; none',
    '"q"',
    'é',
  ],
  ...['', '', '', '[x]', 'a:b', "it's", '\\', 'two  words', '\u00a0', 'x\u2028y', '%(k)s', '$k'],
]
const blanks = [' ', '  ', '\t', '\u00a0', '\u3000', '\v', '\f']

/** The text of one file; `kind` decides how its sections are named most of the time. */
export function randomProfiles(random: () => number, kind: 'config' | 'credentials'): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const chance = (share: number) => random() < share
  const some = (share: number) => (chance(share) ? pick(blanks) : '')
  const around = () => (chance(0.7) ? ' ' : some(0.5) + some(0.2))
  const used = new Set<string>()

  function header(): string {
    const name = pick(names)
    const quoted = chance(0.5) || name.includes(' ') ? pick([`"${name}"`, `'${name}'`, name]) : name
    const spaced = `profile${pick([' ', '  ', '\t'])}${quoted}`
    const inConfig = name === 'default' && chance(0.8) ? name : spaced
    const odd = [
      ...[`sso-session ${quoted}`, `services ${quoted}`, ` ${name}`, `profile`, `profile"${name}"`],
      ...[`profiles ${name}`, 'DEFAULT', 'preview', `profile "${name}`, `profile ${name}\\`, name],
      ...['profile a b', 'a]b', 'Default', `sso-session`, 'x [y] z'],
    ]
    const text = chance(0.25) ? pick(odd) : kind === 'config' ? inConfig : name
    // A reader that refuses a second section would read few files otherwise.
    if (used.has(text) && chance(0.97)) return comment()
    used.add(text)
    return `${some(0.05)}[${text}]${chance(0.1) ? pick([' # c', ' x', ']', ' ; [z]']) : ''}`
  }
  const comment = () => `${some(0.2)}${pick(['#', ';'])}${pick(['', ' note', '[x]', 'k = v'])}`
  const setting = () => {
    const key = pick(keys)
    if (used.has(key) && chance(0.97)) return comment()
    used.add(key)
    const mark = chance(0.9) ? '=' : ':'
    return `${some(0.03)}${chance(0.1) ? key.toUpperCase() : key}${around()}${mark}${around()}${pick(values)}${some(0.1)}`
  }
  const nested = () => {
    const depth = pick(['  ', '\t', '    ', ' '])
    const odd = chance(0.03) ? pick(['no sign', '= v', 'k :v']) : `${pick(keys)} = ${pick(values)}`
    return `${depth}${odd}`
  }

  const lines: string[] = []
  if (chance(0.1)) lines.push(comment())
  if (chance(0.005)) lines.push(setting())
  for (let section = Math.floor(random() * 6); section > 0; section--) {
    for (const key of keys) used.delete(key)
    lines.push(header())
    for (let left = Math.floor(random() * 8); left > 0; left--) {
      const sort = random()
      if (sort < 0.55) lines.push(setting())
      else if (sort < 0.75) lines.push(nested())
      else if (sort < 0.85) lines.push(comment())
      else if (sort < 0.994) lines.push(some(0.3))
      else lines.push(pick(['no sign', '[open', '= v', '[]']))
    }
  }
  const end = pick(['\n', '\n', '\n', '\r\n', '\r'])
  return lines.join(end) + (chance(0.8) ? end : '')
}

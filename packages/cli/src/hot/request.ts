/** What a command asks for, when it is one of those that are typed all day and can be answered at once. */

/** Verbs that have an answer to remember. */
type HotVerb = 'credentials' | 'env' | 'exec'

export interface HotRequest {
  readonly verb: HotVerb
  /** Role and options as they were typed. */
  readonly words: readonly string[]
  /** What `exec` runs: behind `--`. */
  readonly command: readonly string[]
}

const verbs: Readonly<Record<string, HotVerb>> = {
  credentials: 'credentials',
  env: 'env',
  script: 'env',
  exec: 'exec',
}

/**
 * The options with which an answer can be remembered: they say which keys, and nothing about the way to them. Who
 * uses another one (`--force`, `--debug`, `--help`, a password) gets the whole program.
 */
export const hotOptions: readonly string[] = [
  ...['-a', '--connection', '--idp-account', '--role', '-r', '--region', '--shell'],
  ...['--session-duration', '--duration', '--username', '--skip-prompt', '--quiet'],
]

/** Undefined: the whole program has to read the command line. */
export function hotRequest(parameters: readonly string[]): HotRequest | undefined {
  const [name = '', ...rest] = parameters
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
  if (verb === undefined) return undefined
  const end = rest.indexOf('--')
  if ((verb === 'exec') !== end >= 0) return undefined
  const words = verb === 'exec' ? rest.slice(0, end) : rest
  const command = verb === 'exec' ? rest.slice(end + 1) : []
  if (verb === 'exec' && command.length === 0) return undefined
  return words.every(isHot) ? { verb, words, command } : undefined
}

function isHot(word: string): boolean {
  if (!word.startsWith('-')) return true
  const [option = ''] = word.split('=', 1)
  return hotOptions.includes(option)
}

import { settings, unused } from './settings.ts'

interface Known {
  readonly hasValue: boolean
}

/** What saml2aws has before the verb, or without one. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  '--completion-script-bash': ['completion', 'bash'],
  '--completion-script-zsh': ['completion', 'zsh'],
  '--help-long': ['--help'],
  '--help-man': ['--help'],
}

/**
 * Flags of a connection that stand before the verb, where saml2aws takes them too, moved behind it:
 * `-a work login` as `login -a work`. Anything else stays where it is.
 */
export function flagsBehindVerb(parameters: readonly string[]): readonly string[] {
  const [first = ''] = parameters
  if (!first.startsWith('-')) return parameters
  const other = Object.hasOwn(elsewhere, first) ? elsewhere[first] : undefined
  if (other !== undefined) return other
  const known = knownFlags()
  let at = 0
  for (let word = parameters[at]; word?.startsWith('-'); word = parameters[at]) {
    const [name = '', value] = word.split('=', 2)
    const flag = known.get(name) ?? known.get(name.startsWith('--') ? '' : word.slice(0, 2))
    if (flag === undefined) return parameters
    // `-awork` and `--connection=work` have their value with them.
    const isWhole = value !== undefined || (!name.startsWith('--') && word.length > 2)
    at += flag.hasValue && !isWhole ? 2 : 1
  }
  const verb = parameters[at]
  if (verb === undefined) return parameters
  return [verb, ...parameters.slice(0, at), ...parameters.slice(at + 1)]
}

function knownFlags(): ReadonlyMap<string, Known> {
  const [value, none] = [{ hasValue: true }, { hasValue: false }]
  const flags = new Map<string, Known>([
    ...['-a', '--connection', '--idp-account', '--config', '-i', '--provider'].map(
      (name): [string, Known] => [name, value],
    ),
    ...['--debug', '--verbose', '--quiet'].map((name): [string, Known] => [name, none]),
  ])
  for (const setting of settings) {
    const kind = setting.kind === 'boolean' ? none : value
    if ('flag' in setting) flags.set(`--${setting.flag}`, kind)
    if ('short' in setting) flags.set(`-${setting.short}`, kind)
  }
  for (const { flag, value: hasValue } of unused) {
    if (flag !== undefined) flags.set(`--${flag}`, hasValue === true ? value : none)
  }
  return flags
}

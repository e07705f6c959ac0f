/** Variables as lines of a shell. Lean: the cached path of `rolecall env` loads this and little else. */
import { type Shell, shellOf, variableLine } from '../agent/variables.ts'
import { Failure } from '../failure.ts'
import { contradicting } from './role-environment.ts'

/** In what form `env` prints: shells, and files. */
export const envFormats = [
  'bash',
  'zsh',
  'sh',
  'fish',
  'powershell',
  'cmd',
  'dotenv',
  'json',
] as const
export type EnvFormat = (typeof envFormats)[number]

/** The names of saml2aws's `script --shell`, and those that people write. */
const otherNames: ReadonlyMap<string, EnvFormat> = new Map([
  ['/bin/sh', 'sh'],
  ['env', 'dotenv'],
  ['pwsh', 'powershell'],
  ['ksh', 'sh'],
  ['dash', 'sh'],
])

const shellOfFormat: Readonly<Record<Exclude<EnvFormat, 'dotenv' | 'json'>, Shell>> = {
  bash: 'sh',
  zsh: 'sh',
  sh: 'sh',
  fish: 'fish',
  powershell: 'powershell',
  cmd: 'cmd',
}

/** Undefined for a form that is not known. */
export function envFormatOf(text: string): EnvFormat | undefined {
  const folded = text.toLowerCase()
  return envFormats.find(format => format === folded) ?? otherNames.get(folded)
}

/** The form for the shell that most likely reads it. */
export function usualFormat(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): EnvFormat {
  return shellOf(env, platform)
}

/**
 * The text that sets the variables, and takes away those that a shell has and that contradict them: AWS's SDKs
 * of some languages prefer AWS_PROFILE to keys. A file has nothing to take away. Throws `Failure` `refused` for a value that the form cannot say: a
 * line break or another control character, and for cmd what it would expand.
 */
export function envText(
  format: EnvFormat,
  variables: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>> = {},
): string {
  if (format === 'json') return `${JSON.stringify(variables, undefined, 2)}\n`
  const before = format === 'dotenv' ? '' : unsetText(format, contradicting(env, variables))
  const set = lines(Object.entries(variables), ([name, value]) => {
    check(format, name, value)
    if (format === 'dotenv') return `${name}=${dotenvValue(value)}`
    return variableLine(shellOfFormat[format], name, value)
  })
  return before + set
}

/** The text that takes the variables away again. */
export function unsetText(format: EnvFormat, names: readonly string[]): string {
  if (format === 'json') {
    return `${JSON.stringify(Object.fromEntries(names.map(name => [name, null])), undefined, 2)}\n`
  }
  return lines(names, name => {
    switch (format) {
      case 'fish':
        return `set -e ${name}`
      case 'powershell':
        return `Remove-Item -ErrorAction SilentlyContinue Env:${name}`
      case 'cmd':
        return `set "${name}="`
      case 'dotenv':
        return `${name}=`
      default:
        return `unset ${name}`
    }
  })
}

const lines = <T>(items: readonly T[], write: (item: T) => string): string =>
  items.map(item => `${write(item)}\n`).join('')

/** Docker reads the value as it stands; who reads quotes finds none in what has no need of them. */
function dotenvValue(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}

function check(format: EnvFormat, name: string, value: string): void {
  const isSayable = !/\p{Cc}/u.test(value) && !(format === 'cmd' && /["%!^]/.test(value))
  if (isSayable) return
  throw new Failure(
    'refused',
    `the value of ${name} has a character that ${format} would not take as it is`,
    'rolecall env --shell json prints any value',
  )
}

/** Profiles of `~/.aws/config` whose `credential_process` runs saml2aws. */
import { splitWords } from '@rolecall/aws/shared-files'
import { iniLines } from '../../files/ini-lines.ts'
import { profileOf } from '../../files/ini-names.ts'

/** One of them, and the line that takes its place. */
export interface ProcessProfile {
  readonly profile: string
  readonly line: number
  readonly before: string
  /** Undefined: the line does something that has no counterpart. */
  readonly after: string | undefined
}

/** Finds them in the text of the file. */
export function processProfiles(text: string): readonly ProcessProfile[] {
  return iniLines(text).flatMap((line, at): ProcessProfile[] => {
    const profile = profileOf(line.section ?? '')
    if (line.kind !== 'key' || line.key !== 'credential_process' || profile === undefined) return []
    const before = line.text.slice(line.valueAt).trim()
    const words = splitWords(before)
    if (words === undefined || !isSaml2aws(words)) return []
    return [{ profile, line: at + 1, before, after: replacement(words) }]
  })
}

function isSaml2aws([program = '', ...rest]: readonly string[]): boolean {
  const name = program.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '')
  if (name === 'saml2aws') return true
  // `env A=b saml2aws …` and `sh -c "saml2aws …"`
  return rest.some(word => /(?:^|[\s/\\])saml2aws(?:\.exe)?(?:\s|$)/.test(word))
}

/** Flags of saml2aws with a value that say what `rolecall credentials` is told, and how. */
const kept: Readonly<Record<string, string>> = {
  '-a': '-a',
  '--idp-account': '-a',
  '--role': 'role',
  '--session-duration': '--session-duration',
  '-r': '-r',
  '--region': '-r',
  '--config': '--config',
  '--mfa': '--mfa',
  '--username': '--username',
  '--policyfile': '--policyfile',
  '--policyarns': '--policyarns',
}
/** Those that it does anyway, or that say where saml2aws put what. */
const dropped = ['--credential-process', '--skip-prompt', '--quiet', '--cache-saml', '--force']
const droppedWithValue = ['-p', '--profile', '--credentials-file', '--cache-file']

function replacement([program = '', ...words]: readonly string[]): string | undefined {
  if (!/(?:^|[/\\])saml2aws(?:\.exe)?$/.test(program)) return undefined
  const flags: string[] = []
  let role: string | undefined
  const rest = words.flatMap(word => {
    const [, name, value] = /^(--[a-z-]+)=(.*)$/.exec(word) ?? []
    return name === undefined || value === undefined ? [word] : [name, value]
  })
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? ''
    if (word === 'login' || dropped.includes(word)) continue
    const value = rest[at + 1]
    if (value === undefined) return undefined
    at += 1
    if (droppedWithValue.includes(word)) continue
    const now = kept[word]
    if (now === undefined) return undefined
    if (now === 'role') role = value
    else flags.push(now, value)
  }
  const all = ['rolecall', 'credentials', ...(role === undefined ? [] : [role]), ...flags]
  // What would need quotes differs between AWS's tools.
  return all.every(word => /^[\w@%+=:,./-]+$/.test(word)) ? all.join(' ') : undefined
}

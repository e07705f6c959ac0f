/** What `credentials` asks for when it is about AWS's own profiles and roles, read without the whole program. */
import type { CredentialsOptions } from '../verbs/credentials.ts'

/** Those with which it is about nothing else. */
const ofProfiles = ['--profile', '--role-arn', '--session-name', '--external-id']
const leastSeconds = 900
const mostSeconds = 43_200

/** Undefined: the whole program has to read the command line, and says what is wrong with it. */
export function profileRequest(parameters: readonly string[]): CredentialsOptions | undefined {
  const [verb, ...words] = parameters
  if (verb !== 'credentials') return undefined
  const given = new Map<string, string[]>()
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const [, option = '', written] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(word) ?? []
    const value = written ?? words[++at]
    if (value === undefined || value === '' || value.startsWith('-')) return undefined
    given.set(option, [...(given.get(option) ?? []), value])
  }
  if (!ofProfiles.some(option => given.has(option))) return undefined
  const { '--role-arn': roleArn, ...single } = Object.fromEntries(given)
  const options: Record<string, string | number> = {}
  for (const [option, [value = '', ...more]] of Object.entries(single)) {
    const key = Object.hasOwn(keys, option) ? keys[option] : undefined
    if (key === undefined || more.length > 0) return undefined
    options[key] = value
  }
  const { duration } = options
  if (duration !== undefined) {
    const seconds = /^\d{1,5}$/.test(String(duration)) ? Number(duration) : 0
    if (seconds < leastSeconds || seconds > mostSeconds) return undefined
    options.duration = seconds
  }
  return { ...options, ...(roleArn === undefined ? {} : { roleArn }) }
}

const keys: Readonly<Record<string, keyof CredentialsOptions>> = {
  '--profile': 'profile',
  '--session-name': 'sessionName',
  '--external-id': 'externalId',
  '--duration': 'duration',
  '--region': 'region',
}

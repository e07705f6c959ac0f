import { Failure } from '../failure.ts'
import { isSecureUrl } from '../web/loopback.ts'
import type { Connection, ProviderName } from './connection.ts'
import type { ConnectionFlags } from './flags.ts'
import { browserOnly, mfaNamed, mfaNames, providerNamed } from './providers.ts'
import { accountsSection, type ConnectionFile, expandHome } from './read-files.ts'
import {
  badValue,
  booleanOf,
  numberOf,
  type Place,
  placeOf,
  resolveValues,
  type Value,
  type Values,
} from './resolve.ts'
import type { SettingName } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a connection is made of. */
export interface ConnectionParts {
  readonly name: string
  readonly flags: ConnectionFlags
  readonly env: Environment
  /** Undefined: flags and variables alone. */
  readonly place: Place | undefined
  readonly accountNames: ReadonlyMap<string, string>
}

/** saml2aws writes it into every section, whether anybody chose it or not. */
const unsetDuration = '3600'

/** Puts a connection together. Throws `Failure` `configuration` or `usage`: where, which key, what value, what to do. */
export function buildConnection(parts: ConnectionParts): Connection {
  const { name, flags, env, place } = parts
  const values = resolveValues(flags, env, place)
  const text = (setting: SettingName) => values.get(setting)?.text
  const path = (setting: SettingName) => {
    const value = text(setting)
    return value === undefined ? undefined : expandHome(value, env)
  }
  const provider = providerOf(values, parts)
  return Object.freeze({
    name,
    provider,
    url: urlOf(values, parts),
    username: text('username'),
    mfa: mfaOf(values, provider),
    given: Object.freeze({
      password: text('password'),
      mfaToken: text('mfa-token'),
      duoMfaOption: text('duo-mfa-option'),
    }),
    skipVerify: booleanOf(values, 'skip_verify'),
    caFile: path('ca_file'),
    awsUrn: text('aws_urn') ?? 'urn:amazon:webservices',
    sessionDuration: durationOf(values),
    profile: text('aws_profile') ?? 'saml',
    credentialsFile: path('credentials_file'),
    writesProfile: place?.file.kind === 'saml2aws',
    role: roleOf(values),
    policyFile: path('policy_file'),
    policyArns: listOf(text('policy_arn_list')),
    region: text('region'),
    httpAttempts:
      numberOf(values, 'http_attempts_count', { least: 1, most: 20, unit: 'tries' }) ?? 1,
    httpRetryDelayMs:
      1000 * (numberOf(values, 'http_retry_delay', { least: 1, most: 300, unit: 'seconds' }) ?? 1),
    timeoutMs: numberOf(values, 'timeout', { least: 1, most: 3_600_000, unit: 'milliseconds' }),
    samlCache: booleanOf(values, 'saml_cache'),
    samlCacheFile: path('saml_cache_file'),
    targetUrl: text('target_url'),
    appId: text('app_id'),
    subdomain: text('subdomain'),
    resourceId: text('resource_id'),
    mfaIpAddress: text('mfa_ip_address'),
    consoleHost: text('console_host'),
    disableSessions: booleanOf(values, 'disable_sessions'),
    disableRememberDevice: booleanOf(values, 'disable_remember_device'),
    disableKeychain: booleanOf(values, 'disable-keychain'),
    skipPrompt: booleanOf(values, 'skip-prompt'),
    browser: Object.freeze({
      type: text('browser_type'),
      executablePath: path('browser_executable_path'),
      profile: text('browser_profile'),
      autofill: booleanOf(values, 'browser_autofill'),
    }),
    keycloak: Object.freeze({
      broker: text('kc_broker'),
      authErrorMessage: text('kc_auth_error_message'),
      authErrorElement: text('kc_auth_error_element'),
    }),
    accountNames: parts.accountNames,
    file: place?.file.path,
    debug: flags.debug === true || flags.verbose === true,
  })
}

function providerOf(values: Values, { name, place }: ConnectionParts): ProviderName {
  const value = values.get('provider')
  if (value === undefined) {
    // Somebody who gives an address alone means a server of ours.
    if (place === undefined) return 'Rolecall'
    throw missing(place, name, 'provider', 'the kind of identity provider')
  }
  const found = providerNamed(value.text)
  if (found !== undefined) return found
  const known = browserOnly.find(each => each.toLowerCase() === value.text.toLowerCase())
  const names = Object.keys(mfaNames).join(', ')
  if (known === undefined) {
    throw badValue(value, `one of ${names}`, `rolecall configure -a ${name} --idp-provider Browser`)
  }
  throw badValue(
    value,
    `one of ${names}; at ${known} your own browser signs in`,
    `rolecall configure -a ${name} --idp-provider Browser`,
  )
}

function urlOf(values: Values, { name, place }: ConnectionParts): string {
  const value = values.get('url')
  if (value === undefined) {
    if (place !== undefined) throw missing(place, name, 'url', 'where to sign in')
    throw new Failure(
      'configuration',
      'there is no address to sign in at',
      'rolecall configure https://aws.example.com',
    )
  }
  const url = checkUrl(value, name)
  return url.href === `${value.text}/` ? value.text : url.href
}

/** An address to sign in at: https, or http on this machine. Throws `Failure`. */
export function checkUrl(value: Value, name: string): URL {
  const hint = `rolecall configure -a ${name} --url https://…`
  const url = URL.parse(value.text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw badValue(value, 'an address that begins with https://', hint)
  }
  if (url.username !== '' || url.password !== '') {
    // Its text is a secret.
    throw new Failure(
      'configuration',
      `${placeOf(value.from)}: an address with a name or a password in it`,
      'take them out; the command asks for the password, and keeps it where it is safe',
    )
  }
  if (!isSecureUrl(url)) {
    throw badValue(value, 'https:// for another machine: a password goes there', hint)
  }
  return url
}

function mfaOf(values: Values, provider: ProviderName): string {
  const value = values.get('mfa')
  if (value === undefined) return 'Auto'
  const names = mfaNames[provider]
  const found = mfaNamed(provider, value.text)
  if (found !== undefined) return found
  // A variable is there for every connection, also for those that have nothing to choose.
  if (names.length === 1 && value.from.kind === 'variable') return 'Auto'
  throw badValue(
    value,
    `a second factor of ${provider}: ${names.join(', ')}`,
    'write Auto there to take the one that is there',
  )
}

function durationOf(values: Values): number | undefined {
  const value = values.get('aws_session_duration')
  const isUnset =
    value?.from.kind === 'file' &&
    value.from.file.kind === 'saml2aws' &&
    value.text === unsetDuration
  if (isUnset) return undefined
  return numberOf(values, 'aws_session_duration', { least: 900, most: 43_200, unit: 'seconds' })
}

/** Where both stand in a file, ours is the one that was written for this command. */
function roleOf(values: Values): string | undefined {
  return (values.get('role') ?? values.get('role_arn'))?.text
}

function listOf(text: string | undefined): readonly string[] {
  return Object.freeze((text ?? '').split(',').flatMap(each => each.trim() || []))
}

function missing({ file, section }: Place, name: string, key: SettingName, what: string): Failure {
  const line = file.ini.sections.get(section)?.line
  const option = key === 'provider' ? '--idp-provider JumpCloud' : '--url https://…'
  return new Failure(
    'configuration',
    `${file.path}:${line ?? 1} [${section}] has no ${key}: ${what}`,
    `rolecall configure -a ${name} ${option}`,
  )
}

/** `[accounts]` of our file: names by 12-digit id. Throws `Failure` `configuration`. */
export function readAccountNames(files: readonly ConnectionFile[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { kind, ini, path } of files) {
    if (kind !== 'ours') continue
    for (const [id, { value, line }] of ini.sections.get(accountsSection)?.keys ?? []) {
      if (!/^\d{12}$/.test(id)) {
        throw new Failure(
          'configuration',
          `${path}:${line} [${accountsSection}] ${id}: expected an account id of 12 digits`,
          'write it as 123456789012 = prod',
        )
      }
      if (value !== '') names.set(id, value)
    }
  }
  return names
}

import type { CredentialsView } from '@rolecall/server/api'
import { plainIniValue, profileName, quoteBash, quoteFish, quotePowerShell } from './quote.ts'

/** The forms in which a person can take the keys, in the order of the tabs. */
export const keyForms = ['bash', 'fish', 'powershell', 'json', 'credentials'] as const
export type KeyForm = (typeof keyForms)[number]

/** What the snippets need of the answer of the credentials route. */
export type SnippetKeys = Pick<
  CredentialsView,
  'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expiration' | 'region' | 'endpointUrl'
>

/** Where the keys belong: names the profile of the credentials file. */
export interface SnippetRole {
  readonly accountAlias: string
  readonly roleName: string
}

/**
 * The text to paste for one form.
 *
 * @throws UnquotableError when the form cannot carry a value
 */
export function snippet(form: KeyForm, keys: SnippetKeys, role: SnippetRole): string {
  switch (form) {
    case 'bash':
      return lines(keys, (name, value) => `export ${name}=${quoteBash(value)}`)
    case 'fish':
      return lines(keys, (name, value) => `set -gx ${name} ${quoteFish(value)}`)
    case 'powershell':
      return lines(keys, (name, value) => `$env:${name} = ${quotePowerShell(value)}`)
    case 'json':
      return credentialProcess(keys)
    case 'credentials':
      return credentialsFile(keys, role)
  }
}

/** The environment variables of the AWS command and the SDKs. */
function environment(keys: SnippetKeys): [string, string][] {
  const variables: [string, string][] = [
    ['AWS_ACCESS_KEY_ID', keys.accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', keys.secretAccessKey],
    ['AWS_SESSION_TOKEN', keys.sessionToken],
    ['AWS_REGION', keys.region],
    ['AWS_DEFAULT_REGION', keys.region],
  ]
  if (keys.endpointUrl !== undefined) variables.push(['AWS_ENDPOINT_URL', keys.endpointUrl])
  return variables
}

function lines(keys: SnippetKeys, line: (name: string, value: string) => string): string {
  return `${environment(keys)
    .map(([name, value]) => line(name, value))
    .join('\n')}\n`
}

/** The output that a `credential_process` owes the SDKs (AWS SDKs and Tools Reference Guide). */
function credentialProcess(keys: SnippetKeys): string {
  const output = {
    Version: 1,
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    SessionToken: keys.sessionToken,
    Expiration: keys.expiration,
  }
  return `${JSON.stringify(output, null, 2)}\n`
}

function credentialsFile(keys: SnippetKeys, role: SnippetRole): string {
  const values: [string, string][] = [
    ['aws_access_key_id', keys.accessKeyId],
    ['aws_secret_access_key', keys.secretAccessKey],
    ['aws_session_token', keys.sessionToken],
    ['region', keys.region],
  ]
  if (keys.endpointUrl !== undefined) values.push(['endpoint_url', keys.endpointUrl])
  const body = values.map(([name, value]) => `${name} = ${plainIniValue(value)}`)
  return `${[`[${profileName(role.accountAlias, role.roleName)}]`, ...body].join('\n')}\n`
}

/** The same keys with the two secrets replaced by dots, to show on a screen that others may see. */
export function maskKeys<Keys extends SnippetKeys>(keys: Keys): Keys {
  return { ...keys, secretAccessKey: dots, sessionToken: dots }
}

const dots = '•'.repeat(16)

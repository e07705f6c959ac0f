import { type KeyPath, shorten } from './key-path.ts'

/** In a path below: any place of a list. */
const anyPlace = '*'

/** Where a secret stands or may stand by mistake: everything below these, but for the exceptions. */
const secretPaths: readonly KeyPath[] = [
  // The address of a webhook is often all that one needs to know to post to it.
  ['audit', 'sinks', anyPlace, 'webhook'],
  ['aws', 'credentials'],
  ['aws', 'proxy'],
  ['listen', 'tls'],
  ['signIn', 'samlKeys'],
  ['signIn', 'headers', anyPlace, 'secret'],
  ['signingGateway', 'callers', anyPlace, 'token'],
  ['signingGateway', 'callers', anyPlace, 'keys'],
]
const publicPaths: readonly KeyPath[] = [
  ['audit', 'sinks', anyPlace, 'webhook', 'caFile'],
  ['audit', 'sinks', anyPlace, 'webhook', 'format'],
  ['aws', 'credentials', 'source'],
  ['aws', 'credentials', 'profile'],
  ['aws', 'credentials', 'credentialsFile'],
  ['aws', 'credentials', 'configFile'],
  ['aws', 'credentials', 'tokenFile'],
  ['aws', 'credentials', 'role'],
  ['aws', 'credentials', 'sessionName'],
  ['aws', 'credentials', 'assume'],
  ['aws', 'proxy', 'url'],
  ['aws', 'proxy', 'username'],
  ['aws', 'proxy', 'noProxy'],
  ['listen', 'tls', 'certificate'],
  ['signIn', 'samlKeys', anyPlace, 'certificate'],
  ['signIn', 'headers', anyPlace, 'secret', 'header'],
  ['signingGateway', 'callers', anyPlace, 'keys', 'accessKeyId'],
]

/** Stands where a value is not shown. */
export const redacted = '[redacted]'

/** May a secret stand at this key? */
export function isSecretPath(path: KeyPath): boolean {
  if (publicPaths.some(prefix => startsWith(path, prefix))) return false
  return secretPaths.some(prefix => startsWith(path, prefix))
}

/** The value as a problem shows it: one short line, nothing nested, no secret. */
export function preview(path: KeyPath, value: unknown): string {
  if (value === undefined) return ''
  if (isSecretPath(path)) return redacted
  if (typeof value === 'string') return shorten(JSON.stringify(withoutUserInfo(value)), 80)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a map'
  return shorten(String(value), 80)
}

/** `https://user:password@host` is a way to write a secret into an address. */
function withoutUserInfo(text: string): string {
  return text.replace(/\/\/[^/?#]*@/g, `//${redacted}@`)
}

function startsWith(path: KeyPath, prefix: KeyPath): boolean {
  return prefix.every((part, index) => part === anyPlace || path[index] === part)
}

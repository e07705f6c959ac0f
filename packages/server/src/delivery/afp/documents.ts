/** The documents of AFP's API, in its keys and their order. */
import { STATUS_CODES } from 'node:http'
import type { RoleOffer, RoleSession } from '../../nouns.ts'
import type { Json } from './python-json.ts'

/** `GET /status`: its status is a text. */
export const statusDocument: Json = { status: '200', message: 'OK' }

/** `GET /account`: role names by account alias; with ids, `{id, roles}` by alias. */
export function accountsDocument(offers: readonly RoleOffer[], withId: boolean): Json {
  const accounts = new Map<string, { id: string; roles: string[] }>()
  for (const { account, roleName } of offers) {
    const known = accounts.get(account.alias)
    if (known === undefined) accounts.set(account.alias, { id: account.id, roles: [roleName] })
    else if (!known.roles.includes(roleName)) known.roles.push(roleName)
  }
  const entries = [...accounts].map(([alias, { id, roles }]): [string, Json] => [
    alias,
    withId ? { id, roles } : roles,
  ])
  return Object.fromEntries(entries)
}

/** Keys as EC2's metadata service spells them, and a console address where one is asked for. */
export function credentialsDocument(
  { credentials, expiration }: RoleSession,
  now: Date,
  consoleUrl?: string,
): Json {
  return {
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken ?? '',
    Expiration: instant(expiration),
    LastUpdated: instant(now),
    ConsoleUrl: consoleUrl,
  }
}

/** The body of every refusal and failure. */
export function errorDocument(status: number, message: string): Json {
  return {
    status,
    error: `${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    exception: null,
    message,
    traceback: null,
  }
}

/** Whole seconds: `afp-cli` reads no other form. */
function instant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

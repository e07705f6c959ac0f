/** A Rolecall server as a source of roles and keys. */
import type { Me } from '@rolecall/server/api'
import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import type { SignInParts } from '../../providers/provider.ts'
import { roleLabel, roleWord } from '../../roles/role-label.ts'
import type { OfferedRole, RoleKeys, SignedIn } from '../source.ts'
import { type Api, createApi } from './api.ts'
import { forgetTokens, readHeld } from './held-tokens.ts'
import { serverUrl } from './oauth-server.ts'
import { readKeys } from './read-keys.ts'
import { readingNote, readRoles, type ServerRole } from './read-roles.ts'
import { createSession } from './session.ts'
import { revokeToken } from './token-endpoint.ts'
import { tokenLock } from './token-lock.ts'

/** Who is signed in, as the server says it (GET /api/v1/me). */
export type Person = Pick<
  Me,
  | 'id'
  | 'username'
  | 'displayName'
  | 'email'
  | 'source'
  | 'groups'
  | 'authenticatedAt'
  | 'expiresAt'
>

/**
 * Signs in at the connection's server, with a browser or a code when the last sign-in has ended, and reads
 * the roles. Throws `Failure` `signInRefused`, `cannotAsk`, `network`, `provider` or `configuration`.
 */
export async function signInAtServer(
  connection: Connection,
  parts: SignInParts,
): Promise<SignedIn> {
  const api = apiOf(connection, parts)
  const [answer, { username }] = await Promise.all([api.get('/api/v1/roles'), me(api)])
  const found = readRoles(answer)
  const note = readingNote(answer)
  if (note !== undefined) parts.ask.tell(note)
  const byArn = new Map(found.map(each => [each.role.roleArn, each]))
  return Object.freeze({
    who: `${username} at ${new URL(serverUrl(connection.url)).host}`,
    roles: Object.freeze(found.map(({ role }) => role)),
    keys: (role: OfferedRole, wish: { readonly durationSeconds?: number | undefined }) =>
      keysOf(byArn.get(role.roleArn), { role, ...wish }, { connection, api, now: parts.now }),
  })
}

async function keysOf(
  found: ServerRole | undefined,
  { role, durationSeconds }: { role: OfferedRole; durationSeconds?: number | undefined },
  { connection, api, now }: { connection: Connection; api: Api; now: () => Date },
): Promise<RoleKeys> {
  const option = connection.name === 'default' ? '' : `-a ${connection.name} `
  if (found === undefined) {
    throw new Failure(
      'noRole',
      `the server does not offer ${role.roleArn}`,
      `see those that it offers: rolecall roles ${option}--refresh`,
    )
  }
  if (!found.role.keys) {
    throw new Failure(
      'noRole',
      `${roleLabel(role)} may be taken in the console, and not as keys`,
      `open it: rolecall console ${option}${roleWord(role, [role])}`,
    )
  }
  const keys = readKeys(await api.post(found.keysPath), found.role, now())
  if (durationSeconds === undefined) return keys
  const leftSeconds = (Date.parse(keys.expiration) - now().getTime()) / 1000
  // The length is the grant's to say; a minute is what the way took.
  if (Math.abs(leftSeconds - durationSeconds) < 60) return keys
  const told = `the server decides how long keys work: until ${keys.expiration}`
  return Object.freeze({ ...keys, notes: Object.freeze([...keys.notes, told]) })
}

/** Who is signed in. Throws as {@link signInAtServer} does. */
export async function whoAmI(connection: Connection, parts: SignInParts): Promise<Person> {
  return await me(apiOf(connection, parts))
}

/**
 * Ends the sign-in: the server takes the tokens back, then they are forgotten here. False when there was
 * none. Throws `Failure` `network` when the server could not be told; they are forgotten all the same.
 */
export async function signOutOf(connection: Connection, parts: SignInParts): Promise<boolean> {
  checkVerified(connection)
  return await tokenLock(
    connection,
    parts,
  )(async () => {
    const held = await readHeld(parts.remembered, connection)
    await forgetTokens(parts.remembered)
    if (held === undefined) return false
    const { revocationEndpoint, refreshToken, accessToken } = held
    const isTold =
      revocationEndpoint !== undefined &&
      (await revokeToken(revocationEndpoint, refreshToken ?? accessToken, parts.send))
    if (isTold) return true
    throw new Failure(
      'network',
      'the tokens are forgotten here, but the server did not take them back',
      `sign out on its page as well: ${serverUrl(connection.url)}`,
    )
  })
}

/** The address at the server that opens the console of a role, for a browser that signs in there itself. */
export function consoleAddress(connection: Connection, role: OfferedRole): string | undefined {
  return role.consoleHref === undefined ? undefined : serverUrl(connection.url) + role.consoleHref
}

function apiOf(connection: Connection, parts: SignInParts): Api {
  checkVerified(connection)
  return createApi(serverUrl(connection.url), createSession(connection, parts), parts.send)
}

/** Whoever answers in the server's place would have the sign-in, and with it every role. */
function checkVerified({ name, skipVerify }: Connection): void {
  if (!skipVerify) return
  throw new Failure(
    'configuration',
    `[${name}] skip_verify: the certificate of a Rolecall server is always verified`,
    'take skip_verify out; name the file of its authority in ca_file',
  )
}

async function me(api: Api): Promise<Person> {
  const answer: Partial<Record<keyof Me, unknown>> = await api.get('/api/v1/me')
  const text = (name: keyof Me): string => {
    const value = answer[name]
    if (typeof value === 'string') return value.slice(0, 500)
    throw new Failure(
      'provider',
      `the server does not say who is signed in (${name})`,
      'update the rolecall command, or the server',
    )
  }
  const groups = Array.isArray(answer.groups) ? answer.groups : []
  return Object.freeze({
    id: text('id'),
    username: text('username'),
    displayName: text('displayName'),
    ...(answer.email === undefined ? {} : { email: text('email') }),
    source: text('source'),
    groups: Object.freeze(groups.filter(group => typeof group === 'string')) as string[],
    authenticatedAt: text('authenticatedAt'),
    ...(answer.expiresAt === undefined ? {} : { expiresAt: text('expiresAt') }),
  })
}

import { listConnections } from '../connections/choose-connection.ts'
import type { ConnectionFlags } from '../connections/flags.ts'
import { exitCodes } from '../exit-codes.ts'
import { listKnownRoles } from '../roles/known-roles.ts'
import { roleWord } from '../roles/role-label.ts'
import type { OfferedRole } from '../sources/source.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import type { CachedKeys } from '../vault/vault.ts'
import { textTable } from './text-table.ts'
import { timeLeft } from './time-left.ts'

/** The options of `rolecall status`. */
export interface StatusFlags extends ConnectionFlags {
  readonly json?: boolean
}

/** `rolecall status [--json]`: connections, keys and where secrets are kept. It asks nobody. */
export async function status(flags: StatusFlags, terminal: Terminal): Promise<number> {
  const { env, out, err } = terminal
  const now = new Date()
  const [{ openKeyCache }, { openVault }] = await Promise.all([
    import('../vault/key-cache.ts'),
    import('../vault/open-vault.ts'),
  ])
  const connections = await listConnections(env, flags)
  const keys = [...(await openKeyCache(env).list())].sort((a, b) =>
    a.expiration.localeCompare(b.expiration),
  )
  const known = new Map(listKnownRoles(env).map(list => [list.connection, list]))
  const { place } = openVault(terminal)
  const rows = connections.map(connection => ({
    ...connection,
    signedIn: known.get(connection.name),
    keys: keys.filter(one => one.connection === connection.name),
  }))
  if (flags.json === true) {
    const list = rows.map(({ signedIn, keys: own, ...connection }) => ({
      ...connection,
      who: signedIn?.who,
      lastSignIn: signedIn?.at,
      roles: signedIn?.roles.length,
      keys: own.map(keyJson),
    }))
    out.write(`${JSON.stringify({ secrets: place, connections: list }, undefined, 2)}\n`)
    return exitCodes.ok.code
  }
  const paint = painter(out, env)
  for (const { name, provider, url, isDefault, signedIn, keys: own } of rows) {
    const title = `${paint('bold', printable(name))}${isDefault && name !== 'default' ? ' (default)' : ''}`
    out.write(
      `${title}  ${printable(provider ?? 'no provider')}  ${printable(url ?? 'no address')}\n`,
    )
    const who =
      signedIn === undefined
        ? 'not signed in yet'
        : `${printable(signedIn.who)}; ${count(signedIn.roles.length)}, last asked ${timeLeft(new Date(signedIn.at), now)}`
    out.write(`  ${who}\n`)
    out.write(
      textTable(own.map(one => [`  ${printable(roleOf(one, signedIn?.roles))}`, left(one, now)])),
    )
  }
  if (rows.length === 0)
    out.write('no connection yet: rolecall configure https://aws.example.com\n')
  err.write(`secrets are kept in ${printable(place)}\n`)
  return exitCodes.ok.code
}

const keyJson = ({ roleArn, assumedRoleArn, accessKeyId, expiration, username }: CachedKeys) => ({
  roleArn,
  assumedRoleArn,
  accessKeyId,
  expiration,
  username,
})

const roleOf = ({ roleArn }: CachedKeys, roles: readonly OfferedRole[] = []): string => {
  const offered = roles.find(role => role.roleArn === roleArn)
  if (offered !== undefined) return roleWord(offered, roles)
  const [, account = '', name = ''] = /::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? []
  return account === '' ? roleArn : `${account}/${name}`
}

function left({ expiration }: CachedKeys, now: Date): string {
  const until = new Date(expiration)
  return until > now
    ? `keys work until ${expiration} (${timeLeft(until, now)})`
    : 'keys have expired'
}

const count = (roles: number): string => (roles === 1 ? 'one role' : `${roles} roles`)

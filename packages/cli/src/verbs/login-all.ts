import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { RoleCommand } from '../keys/open-command.ts'
import { storeKeys } from '../keys/role-session.ts'
import { keysOf } from '../keys/take-keys.ts'
import { roleLabel } from '../roles/role-label.ts'
import type { OfferedRole, RoleKeys } from '../sources/source.ts'
import { printable } from '../terminal.ts'
import type { LoginFlags } from './login-flags.ts'
import { textTable } from './text-table.ts'
import { timeLeft } from './time-left.ts'

/** Calls to STS at the same time: more only wait for each other. */
const atOnce = 8

interface Taken {
  readonly role: OfferedRole
  readonly profile: string | undefined
  readonly keys?: RoleKeys
  readonly problem?: string
}

/**
 * `rolecall login --all`: one sign-in, then the keys of every role, each into the cache and with `--write`
 * into a profile of its own. Those that have fresh keys are left alone unless `--force` says otherwise.
 */
export async function loginToAll(flags: LoginFlags, command: RoleCommand): Promise<number> {
  const { terminal, connection, say } = command
  const { who, roles } = await command.signIn()
  const offered = roles.filter(role => role.keys)
  say(`signed in: ${who}`)
  if (offered.length === 0) {
    const hint = 'whoever runs the identity provider or the server has to grant you one'
    throw new Failure('noRole', 'there is no role that you may take', hint)
  }
  const isWritten = flags.write === true || connection.writesProfile
  const names = profileNames(offered)
  const done = await bounded(offered, async role => {
    const profile = isWritten ? names.get(role.roleArn) : undefined
    try {
      const keys = await keysOf(role, { force: flags.force }, command)
      if (profile !== undefined) await storeKeys(keys, command, profile)
      return { role, profile, keys }
    } catch (error) {
      // Who stops the command, or cannot be asked, is not asked again for each role.
      const isEnd = error instanceof Failure && ['interrupted', 'cannotAsk'].includes(error.reason)
      if (isEnd || !(error instanceof Error)) throw error
      return { role, profile, problem: error.message }
    }
  })
  print(done, flags, command)
  const failed = done.filter(one => one.problem !== undefined).length
  if (failed === 0) return exitCodes.ok.code
  const message = `${failed} of ${done.length} roles could not be taken`
  throw new Failure('credentials', message, 'the list says why, role by role')

  function print(all: readonly Taken[], { json }: LoginFlags, { now }: RoleCommand): void {
    if (json === true) {
      const list = all.map(({ role, profile, keys, problem }) => ({
        roleArn: role.roleArn,
        accountName: role.accountName,
        profile,
        expiration: keys?.expiration,
        problem,
      }))
      terminal.out.write(`${JSON.stringify(list)}\n`)
      return
    }
    const rows = all.map(({ role, profile, keys, problem }) => [
      printable(roleLabel(role)),
      ...(isWritten ? [profile ?? ''] : []),
      keys === undefined
        ? `failed: ${printable(problem ?? '')}`
        : `works until ${keys.expiration} (${timeLeft(new Date(keys.expiration), now())})`,
    ])
    for (const line of textTable(rows).split('\n')) if (line !== '') say(line)
  }
}

/** A profile for each role: `prod-admin`, by the account's id where two would be the same. */
export function profileNames(roles: readonly OfferedRole[]): ReadonlyMap<string, string> {
  const plain = (text: string) => text.replace(/[^\p{L}\p{N}_.]+/gu, '-').replace(/^-+|-+$/g, '')
  const byName = (role: OfferedRole) => plain(roleLabel(role)).toLowerCase()
  const names = new Map<string, string>()
  for (const role of roles) {
    const isOnly = roles.every(one => one === role || byName(one) !== byName(role))
    const byId = `${role.accountId}-${plain(role.roleName)}`
    const isTaken = [...names.values()].includes(byId)
    const path = plain(role.roleArn.split(':role/')[1] ?? '')
    names.set(role.roleArn, isOnly ? byName(role) : isTaken ? `${role.accountId}-${path}` : byId)
  }
  return names
}

async function bounded<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at]
      if (item !== undefined) results[at] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return results
}

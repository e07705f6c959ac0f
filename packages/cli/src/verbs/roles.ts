import { stripVTControlCharacters } from 'node:util'
import { exitCodes } from '../exit-codes.ts'
import { type CommandFlags, openCommand, type RoleCommand } from '../keys/open-command.ts'
import { knownRolesOf } from '../roles/known-roles.ts'
import { roleLabel, roleWord, sortedRoles } from '../roles/role-label.ts'
import type { OfferedRole } from '../sources/source.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { textTable } from './text-table.ts'
import { timeLeft } from './time-left.ts'

/** The options of `rolecall roles`. */
export interface RolesFlags extends CommandFlags {
  readonly json?: boolean
  readonly csv?: boolean
  readonly refresh?: boolean
}

/** What a server or provider said within this time is said again without asking. */
const recentMs = 3_600_000

/** `rolecall roles [--json|--csv] [--refresh]` */
export async function listRoles(flags: RolesFlags, terminal: Terminal): Promise<number> {
  const command = await openCommand(flags, terminal)
  const roles = await offered(flags, command)
  if (flags.json === true)
    terminal.out.write(`${JSON.stringify(roles.map(asJson), undefined, 2)}\n`)
  else if (flags.csv === true) terminal.out.write(csv(roles))
  else terminal.out.write(table(roles, terminal))
  if (roles.length === 0) command.say('there is no role that you may take')
  return exitCodes.ok.code
}

async function offered(flags: RolesFlags, command: RoleCommand): Promise<readonly OfferedRole[]> {
  const { connection, terminal, say, now } = command
  const known = knownRolesOf(connection, terminal.env)
  const age = known === undefined ? Number.NaN : now().getTime() - Date.parse(known.at)
  if (known !== undefined && flags.refresh !== true && age >= 0 && age < recentMs) {
    say(`as of ${timeLeft(new Date(known.at), now())} for ${known.who}; --refresh asks again`)
    return sortedRoles(known.roles)
  }
  return (await command.signIn()).roles
}

const asJson = (role: OfferedRole) => ({
  accountId: role.accountId,
  accountName: role.accountName,
  roleName: role.roleName,
  roleArn: role.roleArn,
  principalArn: role.principalArn,
  region: role.region,
  partition: role.partition,
  keys: role.keys,
})

/** Names first; the ARN where the lines are long enough for it. */
function table(roles: readonly OfferedRole[], terminal: Terminal): string {
  const paint = painter(terminal.out, terminal.env)
  const isNamed = roles.every(role => roleWord(role, roles) === roleLabel(role))
  const tableWith = (withArn: boolean) => {
    const rows = roles.map(role => [
      printable(roleWord(role, roles)),
      ...(isNamed ? [] : [printable(role.accountName ?? '')]),
      role.accountId,
      ...(withArn ? [role.roleArn] : []),
      role.keys ? '' : 'console only',
    ])
    return textTable(rows, (text, column) => (column === 0 ? paint('bold', text) : text))
  }
  const whole = tableWith(true)
  const { columns = Number.POSITIVE_INFINITY } = terminal.out
  const widest = Math.max(
    ...stripVTControlCharacters(whole)
      .split('\n')
      .map(line => line.length),
  )
  return widest <= columns ? whole : tableWith(false)
}

const columns = ['account_id', 'account_name', 'role_name', 'role_arn', 'keys'] as const

/** RFC 4180. What a spreadsheet would take for a formula gets a quote before it (OWASP, "CSV Injection"). */
function csv(roles: readonly OfferedRole[]): string {
  const rows = roles.map(role => [
    role.accountId,
    role.accountName ?? '',
    role.roleName,
    role.roleArn,
    String(role.keys),
  ])
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return [[...columns], ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

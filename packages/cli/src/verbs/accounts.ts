import { type AccountReport, type DiscoveryReport, readAccounts } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { count } from './count.ts'
import { load, withStore } from './load.ts'
import { warn } from './warn.ts'

/** The options of `rolecall accounts`. */
export interface ListAccounts {
  readonly config: string
  readonly refresh?: boolean
  readonly json?: boolean
}

type Found = Awaited<ReturnType<typeof readAccounts>>

/** `rolecall accounts -c FILE [--refresh] [--json]` */
export async function listAccounts(options: ListAccounts, terminal: Terminal): Promise<number> {
  const config = await load(options.config, terminal)
  const found = await withStore(config, store =>
    readAccounts({
      config,
      store,
      refresh: options.refresh === true,
      warn: message => warn(terminal, message),
    }),
  )
  if (options.json === true) {
    terminal.out.write(`${JSON.stringify(asJson(found))}\n`)
    return exitCodes.ok.code
  }
  terminal.out.write(table(found.report.accounts, terminal))
  terminal.err.write(summary(found.report, config.discovery !== undefined))
  return exitCodes.ok.code
}

function asJson({ report, catalog }: Found) {
  return {
    state: report.state,
    organization: report.organization,
    accounts: report.accounts.map(({ account, ...reading }) => ({
      ...account,
      ...reading,
      roles: catalog.roles(account),
    })),
  }
}

function table(accounts: readonly AccountReport[], terminal: Terminal): string {
  const paint = painter(terminal.out, terminal.env)
  const rows = accounts.map(({ account, from, found, readAt, problem }) => [
    printable(account.alias),
    account.id,
    from,
    found === undefined ? '-' : count(found, 'role'),
    readAt === undefined ? '-' : readAt.toISOString(),
    problem === undefined ? '' : paint('red', printable(problem.message)),
  ])
  const widths = [0, 1, 2, 3, 4].map(at => Math.max(0, ...rows.map(row => row[at]?.length ?? 0)))
  return rows
    .map(
      row =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** What the lines do not say: how many there are, and why others are missing. */
function summary({ accounts, organization, progress }: DiscoveryReport, isRead: boolean): string {
  const lines = [count(accounts.length, 'account')]
  if (!isRead) lines.push('hint: `discovery` in the configuration reads accounts and roles of AWS')
  if (organization?.problem !== undefined) {
    lines.push(`the organization cannot be read: ${printable(organization.problem.message)}`)
  }
  const left = progress.of - progress.tried
  if (left > 0) lines.push(`${count(left, 'account')} not read yet; --refresh reads now`)
  return lines.map(line => `${line}\n`).join('')
}

import { partitionOf } from '@rolecall/aws'
import { destinationOf } from '../console/destination.ts'
import { ownWindow } from '../console/own-window.ts'
import { signInLink } from '../console/sign-in-link.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type CommandFlags, openCommand, type RoleCommand } from '../keys/open-command.ts'
import { chooseRole, keysOf } from '../keys/take-keys.ts'
import { handOver } from '../open/hand-over.ts'
import { canOpen, openersOf, openUrl, started } from '../open/open-url.ts'
import { noteRecent } from '../roles/recents.ts'
import { roleLabel } from '../roles/role-label.ts'
import type { OfferedRole } from '../sources/source.ts'
import type { Terminal } from '../terminal.ts'

/** The options of `rolecall console`. */
export interface ConsoleOptions extends CommandFlags {
  readonly service?: string
  readonly destination?: string
  readonly link?: boolean
  readonly json?: boolean
  readonly logoutFirst?: boolean
  /** The name of the container, or true: that of the account. */
  readonly container?: string | boolean
  readonly duration?: number
  readonly force?: boolean
}

/** An address that opens the console. */
interface Way {
  readonly url: string
  /** Whoever has it has the session. */
  readonly isSecret: boolean
  /** RFC 3339: until when a console session lasts that it opens; undefined: the server says. */
  readonly until: string | undefined
}

/** `rolecall console`: the AWS console with a role, in a browser or as a link. */
export async function openConsole(
  roleName: string | undefined,
  options: ConsoleOptions,
  terminal: Terminal,
): Promise<number> {
  const command = await openCommand(options, terminal)
  const prints = options.link === true || options.json === true
  // Before anybody is asked to sign in for nothing.
  if (!prints) checkBrowser(roleName, options, terminal)
  const role = await chooseRole(roleName ?? command.connection.role, command)
  const way = await wayTo(role, options, command)
  if (options.json === true) {
    const { roleArn, accountId } = role
    const { url, until } = way
    const document = { url, roleArn, accountId, account: role.accountName, sessionUntil: until }
    terminal.out.write(`${JSON.stringify(document)}\n`)
  } else if (options.link === true) terminal.out.write(`${way.url}\n`)
  else await openWay(way, role, options, command)
  return exitCodes.ok.code
}

async function wayTo(
  role: OfferedRole,
  options: ConsoleOptions,
  command: RoleCommand,
): Promise<Way> {
  const { connection } = command
  const partition = partitionOf(role.roleArn).id
  const region = connection.region ?? role.region
  const page = { service: options.service, destination: options.destination }
  const isHome = page.service === undefined && page.destination === undefined
  if (!role.keys) {
    const { consoleAddress } = await import('../sources/rolecall/rolecall.ts')
    const address = consoleAddress(connection, role)
    if (address === undefined) {
      throw new Failure(
        'noRole',
        `${roleLabel(role)} may be taken neither as keys nor in the console`,
      )
    }
    const destination = isHome ? undefined : destinationOf({ ...page, region }, partition)
    const query = destination === undefined ? '' : `?destination=${encodeURIComponent(destination)}`
    return { url: address + query, isSecret: false, until: undefined }
  }
  const destination = destinationOf({ ...page, region }, partition)
  const keys = await keysOf(role, { force: options.force }, command)
  noteRecent(
    { connection: connection.name, roleArn: role.roleArn },
    command.terminal.env,
    command.now(),
  )
  for (const note of keys.notes) command.say(note)
  const parts = await command.parts()
  const link = await signInLink(
    keys,
    {
      // The grant of a server may name the region of its role.
      destination:
        region === undefined && keys.region !== undefined
          ? destinationOf({ ...page, region: keys.region }, partition)
          : destination,
      issuer: issuerOf(connection.url),
      durationSeconds: options.duration,
      logoutFirst: options.logoutFirst === true,
      endpointUrl: standIn(command.terminal.env),
    },
    parts.sendToAws ?? parts.send,
  )
  if (link.note !== undefined) command.say(link.note)
  return { url: link.url, isSecret: true, until: keys.expiration }
}

async function openWay(
  way: Way,
  role: OfferedRole,
  options: ConsoleOptions,
  command: RoleCommand,
): Promise<void> {
  const { terminal } = command
  const { browser, container } = options
  const open = async (url: string) => {
    if (container === undefined || container === false) {
      return await openUrl(url, { terminal, ...(browser === undefined ? {} : { browser }) })
    }
    const name = container === true ? (role.accountName ?? role.accountId) : container
    const opener = ownWindow(url, name, { browser, env: terminal.env })
    if (await started(opener, terminal.env)) return true
    throw new Failure(
      'cannotAsk',
      `${opener.program} could not be started`,
      'name another with --browser, or print the link with --link',
    )
  }
  if (way.isSecret) await handOver(way.url, open)
  else await open(way.url)
  command.say(`The console opens with ${roleLabel(role)}.`)
}

/** As AWS's tools read it; that of STS alone says nothing of the sign-in service. */
function standIn(env: Terminal['env']): string | undefined {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return undefined
  const url = env.AWS_ENDPOINT_URL_SIGNIN || env.AWS_ENDPOINT_URL
  return url !== undefined && URL.canParse(url) ? url : undefined
}

/** The page that gave the session: the server's, or the provider's link to AWS. */
function issuerOf(url: string): string | undefined {
  return URL.canParse(url) && /^https?:\/\/[^\s#]+$/.test(url) ? url : undefined
}

/** Throws `Failure` where no browser, or not the named one, can be opened. */
function checkBrowser(
  roleName: string | undefined,
  { browser, container }: ConsoleOptions,
  terminal: Terminal,
): void {
  const address = 'http://127.0.0.1/'
  const { env } = terminal
  if (canOpen({ env, browser })) {
    if (container !== undefined) return void ownWindow(address, 'any', { browser, env })
    if (openersOf(address, { terminal, browser }).length > 0) return
  }
  throw new Failure(
    'cannotAsk',
    'no browser can be opened here',
    `print the link, and open it where there is one: rolecall console ${roleName ?? 'ROLE'} --link`,
  )
}

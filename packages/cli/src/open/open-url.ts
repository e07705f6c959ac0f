/** Opens an address in the person's browser. No address goes through a shell. */
import { spawn } from 'node:child_process'
import { Failure } from '../failure.ts'
import { printable, type Terminal } from '../terminal.ts'
import { browserNames, findBrowser } from './browsers.ts'
import { findProgram } from './find-program.ts'

/** A program and what it is called with. */
export interface Opener {
  readonly program: string
  readonly parameters: readonly string[]
}

/** How an address is opened. */
export interface OpenOptions {
  readonly terminal: Pick<Terminal, 'err' | 'env'>
  /** One of `browserNames`, or a path; default: the person's own. */
  readonly browser?: string | undefined
  readonly platform?: NodeJS.Platform
}

/** An opener that has not failed within this time has not failed. */
const failsWithinMs = 1_500

/**
 * Opens an http or https address and gives whether a browser was started. Where there is none (over SSH,
 * without a display), or none could be started, the address is printed for the person. Throws `Failure`
 * `usage` for a browser that is not installed, `internal` for another kind of address.
 */
export async function openUrl(url: string, options: OpenOptions): Promise<boolean> {
  const { err } = options.terminal
  checkAddress(url)
  const openers = openersOf(url, options)
  for (const opener of openers) if (await started(opener, options.terminal.env)) return true
  const why = openers.length === 0 ? 'no browser can be opened here' : 'no browser could be started'
  err.write(`${why}; open this address yourself:\n  ${printable(url)}\n`)
  return false
}

/** Whether a browser can be expected to open here. */
export function canOpen(
  options: Omit<OpenOptions, 'terminal'> & { env: Terminal['env'] },
): boolean {
  const { env, browser, platform = process.platform } = options
  if (env.BROWSER === 'none' && browser === undefined) return false
  // The browser of another machine (VS Code's, of a remote folder) is set by this variable.
  if ((env.BROWSER ?? '') !== '') return true
  if (isWsl(env)) return true
  const hasDisplay = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
  // Without a display xdg-open starts a text browser in this very terminal, which nobody expects.
  if (platform !== 'darwin' && platform !== 'win32') return hasDisplay
  return !env.SSH_CONNECTION || hasDisplay
}

/** What opens the address here, the best first; none where {@link canOpen} says no. */
export function openersOf(url: string, options: OpenOptions): readonly Opener[] {
  const { terminal, browser, platform = process.platform } = options
  const { env } = terminal
  if (!canOpen({ env, browser, platform })) return []
  if (browser !== undefined) return [{ program: named(browser, env, platform), parameters: [url] }]
  const own = fromVariable(env.BROWSER ?? '', url, platform)
  const found = [...own, ...systemOpeners(url, env, platform)].flatMap(
    ({ program, parameters }) => {
      const path = findProgram(program, env)
      return path === undefined ? [] : [{ program: path, parameters }]
    },
  )
  return found
}

function named(browser: string, env: Terminal['env'], platform: NodeJS.Platform): string {
  const found = findBrowser(browser, env, platform)
  if (found !== undefined) return found.program
  throw new Failure(
    'usage',
    `the browser ${JSON.stringify(browser)} is not installed here`,
    `name one of ${browserNames.join(', ')}, or give the path of its program`,
  )
}

/** BROWSER: commands, the first that works counts; `%s` stands for the address. */
function fromVariable(value: string, url: string, platform: NodeJS.Platform): readonly Opener[] {
  const commands = value.split(platform === 'win32' ? ';' : ':')
  return commands.flatMap(command => {
    const words = command
      .match(/"[^"]*"|'[^']*'|[^\s"']+/g)
      ?.map(word => word.replace(/^["']|["']$/g, ''))
    const [program, ...rest] = words ?? []
    if (program === undefined) return []
    const hasPlace = rest.some(word => word.includes('%s'))
    const parameters = rest.map(word => word.replaceAll('%s', () => url))
    return [{ program, parameters: hasPlace ? parameters : [...parameters, url] }]
  })
}

function systemOpeners(
  url: string,
  env: Terminal['env'],
  platform: NodeJS.Platform,
): readonly Opener[] {
  // `start` is a word of cmd.exe, which would read `&` and `^` of the address as its own.
  const handler = ['url.dll,FileProtocolHandler', url]
  if (platform === 'darwin') return [{ program: '/usr/bin/open', parameters: [url] }]
  if (platform === 'win32') {
    const folder = env.SystemRoot || 'C:\\Windows'
    return [{ program: `${folder}\\System32\\rundll32.exe`, parameters: handler }]
  }
  const openers = [
    { program: 'xdg-open', parameters: [url] },
    { program: 'gio', parameters: ['open', url] },
    { program: 'x-www-browser', parameters: [url] },
  ]
  if (!isWsl(env)) return openers
  const ofWindows = [
    { program: 'wslview', parameters: [url] },
    { program: '/mnt/c/Windows/System32/rundll32.exe', parameters: handler },
  ]
  return [...ofWindows, ...openers]
}

function isWsl(env: Terminal['env']): boolean {
  return Boolean(env.WSL_DISTRO_NAME || env.WSL_INTEROP)
}

function checkAddress(url: string): void {
  const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  // A program could take what begins with a hyphen, or holds a blank or a quote, for something else.
  if (!isWeb || !/^https?:\/\/[^\s"'<>\\^`{|}\p{Cc}]+$/iu.test(url)) {
    throw new Failure('internal', 'only an http or https address can be opened in a browser')
  }
}

/**
 * Starts a program that goes on without us. True unless it cannot be started or ends with an error at
 * once.
 */
export function started(opener: Opener, env: Terminal['env']): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(opener.program, opener.parameters, {
      detached: true,
      stdio: 'ignore',
      env: withoutSecrets(env),
      windowsHide: true,
    })
    const late = setTimeout(() => resolve(true), failsWithinMs)
    const end = (isFine: boolean) => {
      clearTimeout(late)
      resolve(isFine)
    }
    child.once('error', () => end(false))
    child.once('exit', code => end(code === 0))
    child.unref()
  })
}

/** A browser outlives the command and needs none of these. */
export function withoutSecrets(env: Terminal['env']): Record<string, string> {
  const isSecret =
    /^(AWS_(ACCESS|SECRET|SESSION|SECURITY|CONTAINER)|EC2_SECURITY|SAML2AWS_|ROLECALL_|ONELOGIN_)|PASSW|PASSPHRASE|SECRET/i
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !isSecret.test(name)) kept[name] = value
  }
  return kept
}

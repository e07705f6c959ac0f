/**
 * Sign-in to AWS at any identity provider with the person's own, installed browser.
 *
 * An identity provider posts its response to AWS and nowhere else, so a page of ours on loopback would never
 * see it: that needs a second address at the provider, which the people who type this command cannot set.
 * An extension or a driver would have to be downloaded. What every Chrome, Edge, Chromium, Brave and Vivaldi has
 * is its DevTools protocol; it shows a request before it leaves. Since version 136 Chrome refuses it on the
 * profile of every day, so the command keeps a profile of its own: sessions, passkeys and "remember this
 * device" live on there, and what the machine has (device certificates, the sign-in of the operating system,
 * security keys, policies of the company) works as in any window. It goes over pipes, never over a port.
 */
import { mkdir } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import { withFileLock } from '../../files/file-lock.ts'
import { anyBrowser, type Browser, browserNames, findBrowser } from '../../open/browsers.ts'
import { canOpen } from '../../open/open-url.ts'
import { stateFolder } from '../../places.ts'
import type { Assertion, Provider, SignInParts } from '../provider.ts'
import { startAutofill } from './autofill.ts'
import { type Caught, createCatcher } from './catch-response.ts'
import { startDevTools } from './devtools-pipe.ts'
import { pastedResponse } from './paste.ts'

/** As saml2aws reads `timeout`: less than half a minute is no time for a person. */
const leastTimeoutMs = 30_000
const usualTimeoutMs = 300_000
const rememberedName = 'browser'

/** The provider; tests give parameters of their own to the browser. */
export function browserProvider(moreParameters: readonly string[] = []): Provider {
  return Object.freeze({
    mfa: ['Auto'],
    async signIn(connection: Connection, parts: SignInParts) {
      if (parts.browserWish?.paste === true) return await pastedResponse(connection.url, parts)
      const env = parts.terminal?.env ?? process.env
      if (moreParameters.length === 0 && !canOpen({ env: { ...env, BROWSER: undefined } })) {
        throw new Failure(
          'cannotAsk',
          'no browser window can be opened here',
          `bring the response from another machine: rolecall login -a ${connection.name} --paste`,
        )
      }
      const browser = browserOf(connection, parts.browserWish?.browser, env)
      const profile = profileFolder(connection, browser, env)
      await mkdir(profile, { recursive: true, mode: 0o700 })
      const parameters = [...parametersFor(profile), ...moreParameters]
      // Two browsers do not share a profile: the second would hand its window to the first and end.
      return await withFileLock(
        join(profile, 'sign-in'),
        async () => {
          const caught = await signInWith(
            { program: browser.program, parameters, env },
            connection,
            parts,
          )
          // For `logout`: that there is a session, and in which browser.
          await parts.remembered.set(rememberedName, browser.name)
          return caught
        },
        { waitMs: usualTimeoutMs },
      )
    },
    async signOut(connection: Connection, parts: SignInParts) {
      const name = await parts.remembered.get(rememberedName)
      const env = parts.terminal?.env ?? process.env
      const found = name === undefined ? undefined : findBrowser(name, env)
      if (found === undefined) return
      const profile = profileFolder(connection, found, env)
      const parameters = ['--headless=new', ...parametersFor(profile), ...moreParameters]
      await withFileLock(join(profile, 'sign-in'), async () => {
        // The sessions of the profile end; passkeys and what the browser itself remembers stay.
        const tools = startDevTools({ program: found.program, parameters, env }, () => undefined)
        await tools.send('Storage.clearCookies').finally(() => tools.close())
      })
      await parts.remembered.delete(rememberedName)
    },
  })
}

export const browser: Provider = browserProvider()

async function signInWith(
  started: Parameters<typeof startDevTools>[0],
  connection: Connection,
  parts: SignInParts,
): Promise<Assertion> {
  // Asked for before there is a window in front of the terminal.
  const login = connection.browser.autofill ? await parts.login() : undefined
  const asked = connection.timeoutMs ?? 0
  const timeoutMs = asked < leastTimeoutMs ? usualTimeoutMs : asked
  let settle: (caught: Caught | 'late') => void = () => {}
  const outcome = new Promise<Caught | 'late'>(resolve => {
    settle = resolve
  })
  const catcher = createCatcher(connection.targetUrl, settle)
  const tools = startDevTools(started, catcher.onEvent)
  void tools.ended.then(() => settle('closed'))
  const deadline = setTimeout(() => settle('late'), timeoutMs)
  const waiting = parts.ask.waiting('Sign in in the browser window')
  let autofill: { stop(): void } | undefined
  try {
    await catcher.start(tools, connection.url).catch(() => settle('closed'))
    if (login !== undefined) {
      autofill = startAutofill(tools, catcher.pages, { ...login, url: connection.url })
    }
    const caught = await outcome
    if (typeof caught === 'object') return caught
    throw caught === 'late' ? tooLate(timeoutMs) : closed(started.program)
  } finally {
    waiting.done()
    autofill?.stop()
    clearTimeout(deadline)
    await tools.close()
  }
}

function parametersFor(profile: string): readonly string[] {
  return [
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--no-startup-window',
  ]
}

/** The browser that the connection names, else the first one that is installed. */
function browserOf(
  connection: Connection,
  wish: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Browser {
  const { executablePath, type } = connection.browser
  const named = wish ?? executablePath ?? type
  const found = named === undefined ? anyBrowser('chromium', env) : findBrowser(named, env)
  if (found?.family === 'chromium' || (found !== undefined && named === executablePath))
    return found
  const chromiums = browserNames.filter(name => !/firefox|librewolf|safari/.test(name)).join(', ')
  const message =
    named === undefined
      ? 'no browser of the Chromium family is installed here'
      : found === undefined
        ? `the browser ${JSON.stringify(named)} is not installed here`
        : `${named} cannot hand over the response: it is not of the Chromium family`
  throw new Failure(
    'configuration',
    message,
    `set browser_type to one of ${chromiums}, or browser_executable_path to its program; or sign in anywhere and bring the response with --paste`,
  )
}

/** A folder of ours, one for each name in `browser_profile` and each browser. */
function profileFolder(
  connection: Connection,
  browser: Browser,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const { profile = 'default' } = connection.browser
  if (isAbsolute(profile)) return profile
  if (!/^[\w][\w .@-]{0,63}$/.test(profile)) {
    throw new Failure(
      'configuration',
      `browser_profile: ${JSON.stringify(profile.slice(0, 80))} is no name of a profile`,
      'use letters, digits, blanks, dots and hyphens, or the absolute path of a folder',
    )
  }
  const family = browser.name.replace(/[^\w-]/g, '_').slice(-40)
  return join(stateFolder(env), 'browser', `${family}-${profile}`)
}

function closed(program: string): Failure {
  return new Failure(
    'interrupted',
    'the browser was closed before the identity provider had signed you in to AWS',
    `run the command again; if no window came up, see whether ${program} starts by itself`,
  )
}

function tooLate(timeoutMs: number): Failure {
  return new Failure(
    'cannotAsk',
    `the identity provider did not sign you in to AWS within ${Math.round(timeoutMs / 1000)} s`,
    'check that the url of the connection leads to the AWS application, or raise its timeout (in milliseconds)',
  )
}

/**
 * Sign-in to AWS at any identity provider with the person's own, installed browser.
 *
 * An identity provider posts its response to AWS and nowhere else, so a page of ours on loopback would never
 * see it: that needs a second address at the provider, which the people who type this command cannot set.
 * An extension or a driver would have to be downloaded. What every Chrome, Edge, Chromium, Brave and Vivaldi has
 * is its DevTools protocol; it shows a request before it leaves. Since version 136 Chrome refuses it on the
 * profile of every day, so the command keeps a profile of its own: sessions, passkeys and "remember this
 * device" live on there, and what the machine has (device certificates, the sign-in of the operating system,
 * security keys, policies of the company) works as in any window. It goes over pipes, not over a port.
 * Firefox has WebDriver BiDi, over a port with one session; it tells pages so, and some providers refuse it.
 */
import { mkdir } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { Connection } from '../../connections/connection.ts'
import { connectionOption } from '../../connections/connection-option.ts'
import { Failure } from '../../failure.ts'
import { withFileLock } from '../../files/file-lock.ts'
import { anyBrowser, type Browser, browserNames, findBrowser } from '../../open/browsers.ts'
import { canOpen } from '../../open/open-url.ts'
import { stateFolder } from '../../places.ts'
import type { Assertion, Provider, SignInParts } from '../provider.ts'
import { startAutofill } from './autofill.ts'
import { startChromium } from './chromium.ts'
import { startFirefox } from './firefox.ts'
import { pastedResponse } from './paste.ts'
import type { Caught, WatchOptions } from './watched-browser.ts'

/** As saml2aws reads `timeout`: less than half a minute is no time for a person. */
const leastTimeoutMs = 30_000
const usualTimeoutMs = 300_000
const rememberedName = 'browser'
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What tests change: a browser without a window, with parameters of their own. */
interface Test {
  readonly moreParameters: readonly string[]
}

/** The provider. */
export function browserProvider(test?: Test): Provider {
  const { moreParameters = [] } = test ?? {}
  return Object.freeze({
    mfa: ['Auto'],
    async signIn(connection: Connection, parts: SignInParts) {
      if (parts.browserWish?.paste === true) return await pastedResponse(connection.url, parts)
      const env = parts.terminal?.env ?? process.env
      if (test === undefined && !canOpen({ env: { ...env, BROWSER: undefined } })) {
        throw new Failure(
          'cannotAsk',
          'no browser window can be opened here',
          `bring the response from another machine: rolecall login${connectionOption(connection.name)} --paste`,
        )
      }
      const browser = browserOf(connection, parts.browserWish?.browser, env)
      const profile = profileFolder(connection, browser, env)
      await mkdir(profile, { recursive: true, mode: 0o700 })
      const more = { profile, env, moreParameters, isHeadless: test !== undefined }
      return await alone(profile, async () => {
        const caught = await signInWith(browser, more, connection, parts)
        // For `logout`: that there are sessions, and in which browsers.
        const names = new Set([...(await usedBrowsers(parts)), browser.name])
        await parts.remembered.set(rememberedName, [...names].join('\n'))
        return caught
      })
    },
    async signOut(connection: Connection, parts: SignInParts) {
      const env = parts.terminal?.env ?? process.env
      for (const name of await usedBrowsers(parts)) {
        const found = findBrowser(name, env)
        if (found === undefined) {
          parts.ask.tell(`${name} is not installed any more: the sessions of its profile are left`)
          continue
        }
        const profile = profileFolder(connection, found, env)
        await alone(profile, async () => {
          const { program } = found
          const onCaught = () => undefined
          const more = { profile, env, moreParameters, isHeadless: true, onCaught }
          const watched = starterOf(found)({ program, ...more, targetUrl: undefined })
          // The sessions of the profile end; passkeys and what the browser itself remembers stay.
          await watched.forgetSessions().finally(() => watched.close())
        })
      }
      await parts.remembered.delete(rememberedName)
    },
  })
}

async function usedBrowsers({ remembered }: SignInParts): Promise<readonly string[]> {
  return ((await remembered.get(rememberedName)) ?? '').split('\n').filter(name => name !== '')
}

export const browser: Provider = browserProvider()

const starterOf = ({ family }: Browser) => (family === 'firefox' ? startFirefox : startChromium)

/** Two browsers do not share a profile: the second would hand its window to the first and end. */
function alone<T>(profile: string, work: () => Promise<T>): Promise<T> {
  return withFileLock(join(profile, 'sign-in'), work, { waitMs: usualTimeoutMs })
}

async function signInWith(
  browser: Browser,
  more: Pick<WatchOptions, 'profile' | 'env' | 'moreParameters' | 'isHeadless'>,
  connection: Connection,
  parts: SignInParts,
): Promise<Assertion> {
  // Asked for before there is a window in front of the terminal.
  const login = connection.browser.autofill ? await parts.login() : undefined
  const asked = connection.timeoutMs ?? 0
  const timeoutMs = asked < leastTimeoutMs ? usualTimeoutMs : asked
  let settle: (caught: Caught | 'late' | 'stopped') => void = () => {}
  const outcome = new Promise<Caught | 'late' | 'stopped'>(resolve => {
    settle = resolve
  })
  const { program } = browser
  const { targetUrl } = connection
  const watched = starterOf(browser)({ program, ...more, targetUrl, onCaught: settle })
  const deadline = setTimeout(() => settle('late'), timeoutMs)
  // Else the browser would outlive the command, and Firefox go on listening.
  const stop = () => settle('stopped')
  for (const signal of stopSignals) process.once(signal, stop)
  const waiting = parts.ask.waiting('Sign in in the browser window')
  let autofill: { stop(): void } | undefined
  try {
    // A browser that does not answer is given up as one that nobody signs in with.
    const opened = watched.open(connection.url)
    opened.catch(() => settle('closed'))
    await Promise.race([opened.catch(() => undefined), outcome])
    if (login !== undefined) autofill = startAutofill(watched, { ...login, url: connection.url })
    const caught = await outcome
    if (typeof caught === 'object') return caught
    if (caught === 'stopped') throw new Failure('interrupted', 'stopped')
    throw caught === 'late' ? tooLate(timeoutMs) : closed(program)
  } finally {
    waiting.done()
    autofill?.stop()
    clearTimeout(deadline)
    await watched.close()
    for (const signal of stopSignals) process.off(signal, stop)
  }
}

/** The browser that the connection names, else the first one that is installed. */
function browserOf(
  connection: Connection,
  wish: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Browser {
  const { executablePath, type } = connection.browser
  const named = wish ?? executablePath ?? type
  const found =
    named === undefined
      ? (anyBrowser('chromium', env) ?? anyBrowser('firefox', env))
      : findBrowser(named, env)
  if (found !== undefined && (found.family !== 'other' || named === executablePath)) return found
  const names = browserNames.filter(name => name !== 'safari').join(', ')
  const message =
    named === undefined
      ? 'neither a browser of the Chromium family nor Firefox is installed here'
      : found === undefined
        ? `the browser ${JSON.stringify(named)} is not installed here`
        : `${named} cannot hand over the response`
  throw new Failure(
    'configuration',
    message,
    `set browser_type to one of ${names}, or browser_executable_path to its program; or sign in anywhere and bring the response with --paste`,
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

/** One browser session for each account: containers of Firefox, profiles of Chrome and its kin. */
import { createHash } from 'node:crypto'
import { Failure } from '../failure.ts'
import { anyBrowser, type Browser, findBrowser } from '../open/browsers.ts'
import type { Opener } from '../open/open-url.ts'

type Environment = Readonly<Record<string, string | undefined>>

const colours = ['blue', 'turquoise', 'green', 'yellow', 'orange', 'red', 'pink', 'purple']

/**
 * What opens an address in a session of its own. In Firefox an extension does it: "Open external links in a
 * container" (`ext+container:`), or granted's own with ROLECALL_CONTAINERS=granted. Throws `Failure`
 * `usage` when there is no such browser.
 */
export function ownWindow(
  url: string,
  name: string,
  options: { readonly browser: string | undefined; readonly env: Environment },
): Opener {
  const { browser, env } = options
  const found =
    browser === undefined
      ? (anyBrowser('firefox', env) ?? anyBrowser('chromium', env))
      : findBrowser(browser, env)
  if (found === undefined || found.family === 'other') throw noBrowser(browser, found)
  const own = name.replace(/[^\w .@-]/g, '-').slice(0, 60)
  if (found.family === 'chromium') {
    const folder = `Rolecall ${own}`
    return { program: found.program, parameters: [`--profile-directory=${folder}`, url] }
  }
  const scheme = env.ROLECALL_CONTAINERS === 'granted' ? 'ext+granted-containers' : 'ext+container'
  const at = createHash('sha256').update(own).digest()[0] ?? 0
  const fields = {
    name: own,
    url,
    color: colours[at % colours.length] ?? 'blue',
    icon: 'fingerprint',
  }
  const query = Object.entries(fields).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
  return { program: found.program, parameters: ['--new-tab', `${scheme}:${query.join('&')}`] }
}

function noBrowser(asked: string | undefined, found: Browser | undefined): Failure {
  const message =
    asked === undefined
      ? 'no browser with containers or profiles is installed here'
      : found === undefined
        ? `the browser ${JSON.stringify(asked)} is not installed here`
        : `${asked} has neither containers nor profiles`
  return new Failure(
    'usage',
    message,
    'name one with --browser: firefox, chrome, msedge, chromium …',
  )
}

/** Finds a Chromium for the browser tests, or installs one where that is allowed. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installDebianPackages } from './debian.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** What a machine of our own makes needless: no update checks, no first-run pages, no sandbox as root. */
export const chromiumArguments: readonly string[] = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

/** The program's path, or undefined when there is none and none could be installed. */
export function findOrInstallChromium(): string | undefined {
  return (
    find() ?? (installDebianPackages(['chromium']) ? find() : undefined) ?? installPlaywrights()
  )
}

function find(): string | undefined {
  const given = process.env.CHROMIUM_PATH
  if (given !== undefined && existsSync(given)) return given
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => names.map(name => join(folder, name)))
  return [...onPath, ...places].find(place => existsSync(place))
}

function installPlaywrights(): string | undefined {
  const tool = join(import.meta.dirname, '..', 'node_modules', 'playwright-core', 'cli.js')
  const done = spawnSync(process.execPath, [tool, 'install', 'chromium-headless-shell'], {
    stdio: 'ignore',
    timeout: 300_000,
  })
  if (done.status !== 0) return undefined
  const where = spawnSync(
    process.execPath,
    ['-p', "require('playwright-core').chromium.executablePath()"],
    { encoding: 'utf8', cwd: join(import.meta.dirname, '..') },
  )
  const path = where.stdout.trim()
  return existsSync(path) ? path : undefined
}

/** Browsers by the names that people and saml2aws use, and where they are installed. */
import { join } from 'node:path'
import { homeOf } from '../places.ts'
import { findProgram } from './find-program.ts'

/** Which browser a program is: it decides the options that it understands. */
export type BrowserFamily = 'chromium' | 'firefox' | 'other'

/** An installed browser. */
export interface Browser {
  readonly name: string
  readonly family: BrowserFamily
  /** Absolute path of the program. */
  readonly program: string
}

type Environment = Readonly<Record<string, string | undefined>>

interface Known {
  readonly family: BrowserFamily
  /** Names in PATH. */
  readonly linux: readonly string[]
  /** Of the application and of its program. */
  readonly mac: string | undefined
  /** Below the folders of programs. */
  readonly windows: string | undefined
}

const chrome = (
  linux: readonly string[],
  mac: string | undefined,
  windows: string | undefined,
): Known => ({ family: 'chromium', linux, mac, windows })
const firefox = (
  linux: readonly string[],
  mac: string | undefined,
  windows: string | undefined,
): Known => ({ family: 'firefox', linux, mac, windows })

/** In the order in which one is looked for when none is named. */
const known: Readonly<Record<string, Known>> = {
  chrome: chrome(
    ['google-chrome-stable', 'google-chrome'],
    'Google Chrome',
    'Google\\Chrome\\Application\\chrome.exe',
  ),
  msedge: chrome(
    ['microsoft-edge-stable', 'microsoft-edge'],
    'Microsoft Edge',
    'Microsoft\\Edge\\Application\\msedge.exe',
  ),
  chromium: chrome(
    ['chromium', 'chromium-browser'],
    'Chromium',
    'Chromium\\Application\\chrome.exe',
  ),
  brave: chrome(
    ['brave-browser-stable', 'brave-browser', 'brave'],
    'Brave Browser',
    'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
  ),
  vivaldi: chrome(['vivaldi-stable', 'vivaldi'], 'Vivaldi', 'Vivaldi\\Application\\vivaldi.exe'),
  'chrome-beta': chrome(
    ['google-chrome-beta'],
    'Google Chrome Beta',
    'Google\\Chrome Beta\\Application\\chrome.exe',
  ),
  'chrome-dev': chrome(
    ['google-chrome-unstable'],
    'Google Chrome Dev',
    'Google\\Chrome Dev\\Application\\chrome.exe',
  ),
  'chrome-canary': chrome(
    ['google-chrome-canary'],
    'Google Chrome Canary',
    'Google\\Chrome SxS\\Application\\chrome.exe',
  ),
  'msedge-beta': chrome(
    ['microsoft-edge-beta'],
    'Microsoft Edge Beta',
    'Microsoft\\Edge Beta\\Application\\msedge.exe',
  ),
  'msedge-dev': chrome(
    ['microsoft-edge-dev'],
    'Microsoft Edge Dev',
    'Microsoft\\Edge Dev\\Application\\msedge.exe',
  ),
  'msedge-canary': chrome(
    ['microsoft-edge-canary'],
    'Microsoft Edge Canary',
    'Microsoft\\Edge SxS\\Application\\msedge.exe',
  ),
  firefox: firefox(['firefox', 'firefox-esr'], 'Firefox', 'Mozilla Firefox\\firefox.exe'),
  'firefox-dev': firefox(
    ['firefox-developer-edition', 'firefox-devedition'],
    'Firefox Developer Edition',
    'Firefox Developer Edition\\firefox.exe',
  ),
  librewolf: firefox(['librewolf'], 'LibreWolf', 'LibreWolf\\librewolf.exe'),
  safari: { family: 'other', linux: [], mac: 'Safari', windows: undefined },
}
const otherNames: Readonly<Record<string, string>> = {
  'google-chrome': 'chrome',
  edge: 'msedge',
  'microsoft-edge': 'msedge',
}

/** The names that `--browser` and `browser_type` take. */
export const browserNames: readonly string[] = Object.keys(known)

/** The browser of a name or of an absolute path; undefined when it is not installed. */
export function findBrowser(
  nameOrPath: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Browser | undefined {
  const lower = nameOrPath.toLowerCase()
  const name = Object.hasOwn(otherNames, lower) ? (otherNames[lower] ?? lower) : lower
  if (Object.hasOwn(known, name)) {
    const entry = known[name]
    const program = entry && places(entry, env, platform).find(each => findProgram(each, env))
    if (entry === undefined || program === undefined) return undefined
    return { name, family: entry.family, program: findProgram(program, env) ?? program }
  }
  const program = findProgram(nameOrPath, env)
  return program === undefined
    ? undefined
    : { name: nameOrPath, family: familyOf(program), program }
}

/** The first installed browser of a family. */
export function anyBrowser(
  family: BrowserFamily,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Browser | undefined {
  for (const name of browserNames) {
    if (known[name]?.family !== family) continue
    const found = findBrowser(name, env, platform)
    if (found !== undefined) return found
  }
  return undefined
}

function places(entry: Known, env: Environment, platform: NodeJS.Platform): readonly string[] {
  if (platform === 'darwin') {
    const { mac } = entry
    if (mac === undefined) return []
    const program = mac.startsWith('Firefox') ? 'firefox' : mac.replace('LibreWolf', 'librewolf')
    return ['/Applications', join(homeOf(env), 'Applications')].map(folder =>
      join(folder, `${mac}.app`, 'Contents', 'MacOS', program),
    )
  }
  if (platform === 'win32') {
    const { windows } = entry
    if (windows === undefined) return []
    return [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].flatMap(folder =>
      folder === undefined || folder === '' ? [] : [join(folder, windows)],
    )
  }
  return entry.linux
}

function familyOf(program: string): BrowserFamily {
  const file = program.toLowerCase().replace(/^.*[/\\]/, '')
  if (/firefox|librewolf|waterfox/.test(file)) return 'firefox'
  return /chrom|edge|brave|vivaldi|opera/.test(file) ? 'chromium' : 'other'
}

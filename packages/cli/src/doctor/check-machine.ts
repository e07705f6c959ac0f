/** What this machine has: a keyring, a folder for secrets, a browser. */
import { statSync } from 'node:fs'
import { shellWord } from '@rolecall/aws/shared-files'
import type { Connection } from '../connections/connection.ts'
import { anyBrowser, type Browser, findBrowser } from '../open/browsers.ts'
import { stateFolder } from '../places.ts'
import { keyringName } from '../vault/keyring-vault.ts'
import { type Probed, probeKeyring } from '../vault/probe-keyring.ts'
import type { SetupFindings } from './findings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether secrets go to the keyring, and why not. */
export async function checkVault(
  env: Environment,
  findings: SetupFindings,
): Promise<Probed & { readonly name: string; readonly folder: string }> {
  const folder = stateFolder(env)
  const mode = modeOf(folder)
  if (process.platform !== 'win32' && mode !== undefined && (mode & 0o022) !== 0) {
    findings.add('vault.open', `${folder} may be changed by others (mode ${mode.toString(8)})`, {
      remedy: `chmod 700 ${shellWord(folder)}`,
    })
  }
  const wish = env.ROLECALL_KEYRING ?? 'auto'
  const probed: Probed =
    wish === 'auto' || wish === 'keyring'
      ? await probeKeyring(env, folder)
      : { ok: false, why: `ROLECALL_KEYRING is ${wish}` }
  // Somebody who chose a file knows that it is one.
  if (!probed.ok && wish === 'auto')
    findings.add('vault.no-keyring', `${keyringName} cannot be used: ${probed.why}`)
  return { ...probed, name: keyringName, folder }
}

/** The browser that a sign-in would use; looked for when a connection needs one. */
export function checkBrowser(
  connections: readonly Connection[],
  env: Environment,
  findings: SetupFindings,
): Browser | undefined {
  const needing = connections.filter(
    ({ provider }) => provider === 'Browser' || provider === 'Rolecall',
  )
  for (const { name, browser } of needing) {
    const wished = browser.executablePath ?? browser.type
    if (wished !== undefined && findBrowser(wished, env) === undefined) {
      findings.add('browser.none', `[${name}] asks for the browser ${wished}, which is not there`)
    }
  }
  const found =
    anyBrowser('chromium', env) ?? anyBrowser('firefox', env) ?? anyBrowser('other', env)
  const [first] = needing
  if (found === undefined && first !== undefined && !env.BROWSER) {
    findings.add('browser.none', `[${first.name}] signs in with a browser, and none is found`)
  }
  return found
}

function modeOf(folder: string): number | undefined {
  try {
    return statSync(folder).mode & 0o777
  } catch {
    return undefined
  }
}

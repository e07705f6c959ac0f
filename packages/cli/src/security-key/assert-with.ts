import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ask } from '../ask/ask.ts'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { type AssertionInput, assertionInput } from './assertion.ts'
import type { KeyDevice } from './devices.ts'
import type { Pins } from './pins.ts'
import { errorOf } from './refusals.ts'
import { runTool, type ToolResult } from './run-tool.ts'

/** A credential that may be on a key that is plugged in. */
export interface Candidate {
  readonly device: KeyDevice
  /** Unpadded base64url. */
  readonly credentialId: string
  /** The site, or the AppID of a U2F credential. */
  readonly rpId: string
  readonly isU2f: boolean
}

/** What every call of the tool in one sign-in has. */
export interface Surroundings {
  readonly ask: Ask
  readonly env: Terminal['env']
  readonly pins: Pins
  readonly clientDataHash: Uint8Array
}

/** How one call is made. */
export interface AssertCall {
  readonly options: readonly string[]
  readonly timeoutMs: number
  /** Otherwise a key that wants its PIN says no. */
  readonly mayAskPin?: boolean
  readonly onPin?: () => void
  readonly afterPin?: () => void
}

export const install =
  'install the tools of libfido2: apt install fido2-tools, dnf install fido2-tools, brew install libfido2'

export function inputOf(
  { rpId, credentialId }: Candidate,
  clientDataHash: Uint8Array,
): AssertionInput {
  return { clientDataHash, rpId, credentialId: Buffer.from(credentialId, 'base64url') }
}

/** Runs `fido2-assert -G`, again when the PIN was wrong. Throws `Failure` `mfaRefused`, and what asking throws. */
export async function assertWith(
  surroundings: Surroundings,
  candidate: Candidate,
  call: AssertCall,
): Promise<ToolResult> {
  const { ask, pins } = surroundings
  for (;;) {
    const result = await once(surroundings, candidate, call)
    const isWrongPin = errorOf(result.stderr) === 'FIDO_ERR_PIN_INVALID'
    if (!isWrongPin || !pins.wrong(candidate.device)) return result
    ask.tell('the PIN of the security key is wrong')
  }
}

/** The input comes from a file, since a PIN may come from standard input. */
async function once(
  { env, pins, clientDataHash }: Surroundings,
  candidate: Candidate,
  { options, timeoutMs, mayAskPin, onPin, afterPin }: AssertCall,
): Promise<ToolResult> {
  const { device, isU2f } = candidate
  const pin = async () => {
    onPin?.()
    const text = await pins.of(device)
    afterPin?.()
    return text
  }
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-key-'))
  try {
    const file = join(folder, 'input')
    await writeFile(file, assertionInput(inputOf(candidate, clientDataHash)), { mode: 0o600 })
    const args = ['-G', ...(isU2f ? ['-u'] : []), ...options, '-i', file, device.path]
    const run = { env, timeoutMs, ...(mayAskPin === true ? { pin } : {}) }
    const result = await runTool('fido2-assert', args, run)
    if (result !== undefined) return result
    throw new Failure('mfaRefused', 'fido2-assert is not installed', install)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

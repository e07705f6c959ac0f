import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { keyringCalls } from './keyring-calls.ts'
import { isPrivateFolder, readPrivate } from './private-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether a keyring can be used here, and why not. */
export type Probed = { readonly ok: true } | { readonly ok: false; readonly why: string }

interface Remembered {
  readonly at: number
  readonly bus: string
  readonly why: string | undefined
}

/** A bus that answers does so in a few milliseconds; one that is dead, never. */
const deadlineMs = 250
/** After that a keyring that was not there may be. One that was there is not probed before. */
const rememberedMs = 10 * 60_000

/**
 * Asks the keyring for an entry that is not there. What came of it is remembered in the folder, so that a dead
 * bus is waited for once in a while only.
 */
export async function probeKeyring(
  env: Environment,
  folder: string,
  { now = Date.now, calls = keyringCalls(env) } = {},
): Promise<Probed> {
  const bus = busOf(env)
  if (bus === undefined) return { ok: false, why: 'there is no D-Bus session' }
  const before = readRemembered(join(folder, 'keyring'))
  const age = now() - (before?.at ?? 0)
  if (before?.bus === bus && age >= 0 && age < rememberedMs) return probed(before.why)
  const why = await calls({ call: 'get', name: 'probe' }, deadlineMs).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  await rememberProbe(env, folder, why, now())
  return probed(why)
}

/** Remembers why the keyring cannot be used, for the next commands; undefined: it can. */
export async function rememberProbe(
  env: Environment,
  folder: string,
  why: string | undefined,
  now: number,
): Promise<void> {
  const remembered: Remembered = { at: now, bus: busOf(env) ?? '', why: why?.slice(0, 500) }
  if (!isPrivateFolder(folder, { make: true })) return
  const { replaceFile } = await import('@rolecall/aws/shared-files')
  await replaceFile(join(folder, 'keyring'), JSON.stringify(remembered)).catch(() => undefined)
}

const probed = (why: string | undefined): Probed =>
  why === undefined ? { ok: true } : { ok: false, why }

/** What the keyring is reached by; undefined on a Linux without a session bus. Other systems have theirs. */
function busOf(env: Environment): string | undefined {
  if (process.platform === 'darwin' || process.platform === 'win32') return process.platform
  if (env.DBUS_SESSION_BUS_ADDRESS) return env.DBUS_SESSION_BUS_ADDRESS
  const socket = join(env.XDG_RUNTIME_DIR || '/nonexistent', 'bus')
  return existsSync(socket) ? `unix:path=${socket}` : undefined
}

function readRemembered(file: string): Remembered | undefined {
  try {
    const value = JSON.parse(readPrivate(file, 4096)?.toString('utf8') ?? 'null')
    return typeof value?.at === 'number' ? value : undefined
  } catch {
    return undefined
  }
}

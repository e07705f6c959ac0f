import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** What the process of the keyring is asked. */
export type KeyringRequest =
  | { readonly call: 'get' | 'delete'; readonly name: string }
  | { readonly call: 'set'; readonly name: string; readonly value: string }
  | { readonly call: 'names' }

/** Asks, one after the other. Rejects with the keyring's reason, or when it took too long. */
export type KeyringCalls = (request: KeyringRequest, deadlineMs: number) => Promise<unknown>

/** How long a Node.js may take to start on a busy machine; what counts begins then. */
const startMs = 10_000

/** All that a keyring's library needs to find the keyring and to show its own window. */
const passedOn =
  /^(HOME|USER|LOGNAME|PATH|LANG|LC_ALL|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|XDG_\w+|TMPDIR|SystemRoot|SystemDrive|windir|USERPROFILE|USERNAME|USERDOMAIN|APPDATA|LOCALAPPDATA|TEMP|TMP)$/i

type Child = ChildProcessByStdio<Writable, Readable, null>

const children = new Set<Child>()
const endAll = () => {
  for (const child of children) child.kill('SIGKILL')
}

/** Starts the process at the first call, and again after one that had to be ended. */
export function keyringCalls(
  env: Readonly<Record<string, string | undefined>>,
  program = fileURLToPath(new URL('./keyring-child.ts', import.meta.url)),
): KeyringCalls {
  let running: { readonly child: Child; readonly next: () => Promise<unknown> } | undefined
  let last: Promise<unknown> = Promise.resolve()

  const start = async () => {
    const kept = Object.entries(env).filter(([name]) => passedOn.test(name))
    const child = spawn(process.execPath, ['--no-warnings', program], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: Object.fromEntries(kept),
      windowsHide: true,
    })
    // A process that is done with waits for no keyring.
    child.unref()
    process.off('exit', endAll).once('exit', endAll)
    children.add(child)
    child.once('close', () => children.delete(child))
    child.on('error', () => undefined)
    child.stdin.on('error', () => undefined)
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async () => {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the keyring’s library has ended')
      return JSON.parse(value)
    }
    running = { child, next }
    await within(startMs, next())
    return running
  }

  const call = async (request: KeyringRequest, deadlineMs: number): Promise<unknown> => {
    try {
      const { child, next } = running ?? (await start())
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const answer = await within(deadlineMs, next())
      if (typeof answer !== 'object' || answer === null) throw new Error('no answer')
      if ('error' in answer) return Promise.reject(new KeyringError(String(answer.error)))
      return 'value' in answer ? answer.value : undefined
    } catch (error) {
      running?.child.kill('SIGKILL')
      running = undefined
      throw error
    }
  }

  return (request, deadlineMs) => {
    const answer = last.then(() => call(request, deadlineMs))
    last = answer.catch(() => undefined)
    return answer
  }
}

/** The keyring's own answer, while its process lives on. */
export class KeyringError extends Error {}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/**
 * Loaded before a program (`node --import`): counts what it asks of the file system, and at one call stops the
 * process as a power cut would, or lets the call fail. FAULT is `kill NUMBER`, `half NUMBER` (a write is
 * killed in its middle), `trace FILE`; `setFault` sets a failing call from within.
 */
import { appendFileSync } from 'node:fs'
import promises, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

type Call = (...parameters: never[]) => Promise<unknown>

const [mode, at] = (process.env.FAULT ?? 'none').split(' ')
let calls = 0
let failing: { readonly number: number; readonly code: string } | undefined

/** How many calls there were since the fault was set. */
export const callCount = (): number => calls

/** The call with this number, from now on, fails with this code. Undefined: none does. */
export function setFault(fault: { readonly number: number; readonly code: string } | undefined) {
  calls = 0
  failing = fault
}

async function before(name: string): Promise<void> {
  calls += 1
  if (mode === 'trace' && at !== undefined) appendFileSync(at, `${name}\n`)
  if (mode === 'kill' && calls === Number(at)) process.kill(process.pid, 'SIGKILL')
  if (calls === failing?.number) {
    throw Object.assign(new Error(`injected at ${name}`), { code: failing.code })
  }
}

function wrapped<T extends Call>(name: string, call: T, self?: unknown): T {
  const wrap = async (...parameters: Parameters<T>) => {
    await before(name)
    const text: unknown = parameters[0]
    if (name === 'writeFile' && mode === 'half' && calls === Number(at) && Buffer.isBuffer(text)) {
      await call.call(self, ...([text.subarray(0, text.length >> 1)] as never[]))
      process.kill(process.pid, 'SIGKILL')
    }
    return await call.call(self, ...parameters)
  }
  return wrap as T
}

const { open } = promises
const names = ['mkdir', 'realpath', 'lstat', 'rename', 'rm', 'symlink', 'readlink'] as const
for (const name of names) {
  Object.assign(promises, { [name]: wrapped(name, promises[name] as Call) })
}
Object.assign(promises, {
  open: wrapped('open', (async (...parameters: Parameters<typeof open>) => {
    const handle = await open(...parameters)
    for (const name of [
      'writeFile',
      'readFile',
      'stat',
      'chmod',
      'chown',
      'sync',
      'close',
    ] as const) {
      const call = handle[name] as Call
      Object.assign(handle, { [name]: wrapped(name, call, handle) })
    }
    return handle satisfies FileHandle
  }) as Call),
})
syncBuiltinESMExports()

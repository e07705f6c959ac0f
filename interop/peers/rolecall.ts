/** Our own command as a user's shell runs it. */
import { fileURLToPath } from 'node:url'
import type { Daemon, Lifetime } from '../lifetime.ts'

/** The program of our command. */
export const rolecallMain = fileURLToPath(import.meta.resolve('@rolecall/cli'))

/** The words of a shell line that run `rolecall`, for files that hold a command. */
export const rolecallCommand = `${process.execPath} ${rolecallMain}`

/** Starts a verb that keeps running; it is ready when its output matches. */
export async function startRolecall(
  lifetime: Lifetime,
  args: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly ready: RegExp },
): Promise<{ readonly daemon: Daemon; readonly match: RegExpExecArray }> {
  const daemon = lifetime.daemon(process.execPath, [rolecallMain, ...args], { env: options.env })
  await daemon.ready(() => options.ready.test(daemon.output()))
  const match = options.ready.exec(daemon.output())
  if (match === null) throw new Error('the output is no longer there')
  return { daemon, match }
}

/** Runs a program in the place of this one. Lean: the cached path of `rolecall exec` loads this. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { canReplace } from './can-replace.ts'
import { CannotRun, cannotRun, notExecutable, notFound } from './cannot-run.ts'

/** How a program is run. */
export interface RunOptions {
  readonly env: Readonly<Record<string, string>>
  /**
   * Standard streams that this process has used: Node makes a pipe behind them non-blocking, which the
   * program would inherit.
   */
  readonly used?: readonly unknown[] | undefined
  /** Stay, and wait for its end: something here serves the program. */
  readonly stay?: boolean | undefined
}

/**
 * Replaces this process by the program where Node can (`process.execve`), else starts it, passes signals
 * on, and gives its exit code, 128 and the number for one that a signal ended. Throws {@link CannotRun}.
 */
export async function runCommand(command: readonly string[], options: RunOptions): Promise<number> {
  const [name = '', ...rest] = command
  const { env, used = [], stay = false } = options
  const isReplaceable = !stay && process.execve !== undefined
  if (process.platform !== 'win32') {
    const file = findProgram(name, env)
    if (isReplaceable && canReplace(file, command, env) && used.every(makeBlocking)) {
      giveSignalsBack()
      // It warns of itself as experimental, on the standard error of the program.
      process.removeAllListeners('warning')
      process.execve?.(file, [name, ...rest], env)
    }
  }
  const { spawnCommand } = await import('./spawn-command.ts')
  return await spawnCommand(name, rest, env)
}

/** The file of a program by the PATH of its environment. Throws {@link CannotRun}. */
export function findProgram(name: string, env: Readonly<Record<string, string>>): string {
  if (name === '') throw new CannotRun(notFound, 'there is no command to run')
  if (name.includes('/')) {
    checkProgram(name, name)
    return name
  }
  let refusal: unknown
  for (const folder of (env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter)) {
    // An empty entry is the current folder.
    const file = isAbsolute(folder) ? join(folder, name) : `./${join(folder, name)}`
    try {
      checkProgram(file, name)
      return file
    } catch (error) {
      if (error instanceof CannotRun && error.exitCode === notExecutable) refusal ??= error
    }
  }
  throw refusal ?? cannotRun(name, { code: 'ENOENT' })
}

function checkProgram(file: string, name: string): void {
  try {
    if (!statSync(file).isFile()) throw Object.assign(new Error(), { code: 'EACCES' })
    accessSync(file, constants.X_OK)
  } catch (error) {
    throw cannotRun(name, error)
  }
}

/** False when a stream is a pipe whose mode cannot be set back. */
function makeBlocking(stream: unknown): boolean {
  if (typeof stream !== 'object' || stream === null || !('_handle' in stream)) return true
  const handle: unknown = stream._handle
  if (typeof handle !== 'object' || handle === null) return true
  if (!('setBlocking' in handle) || typeof handle.setBlocking !== 'function') return true
  return handle.setBlocking(true) === 0
}

/** Node ignores these, and what is ignored stays so in the program; without a listener it is no more. */
function giveSignalsBack(): void {
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) {
    const nothing = () => undefined
    process.on(signal, nothing)
    process.off(signal, nothing)
  }
}

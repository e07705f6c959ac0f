/** What a suite starts and makes, ended in any case: after it, on its failure, and on Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Ends what was started through it, the latest first. */
export interface Lifetime {
  /** A new folder, readable by the users that daemons become. */
  folder(name: string): string
  /** Starts a program that keeps running, in a process group of its own. */
  daemon(program: string, args: readonly string[], options?: DaemonOptions): Daemon
  onEnd(end: () => Promise<void>): void
}

interface DaemonOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A program that keeps running. */
export interface Daemon {
  readonly child: ChildProcess
  /** All that it has printed, of both streams. */
  output(): string
  /** Waits until `isReady`; throws with the output when it ends before or takes longer: 20 seconds unless said. */
  ready(isReady: () => Promise<boolean> | boolean, seconds?: number): Promise<void>
}

const groups = new Set<number>()
const folders = new Set<string>()

process.on('exit', () => {
  for (const group of groups) signalGroup(group, 'SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
for (const [signal, code] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => process.exit(code))
}

/** Runs something with a lifetime of its own. */
export async function inLifetime(run: (lifetime: Lifetime) => Promise<void>): Promise<void> {
  const ends: (() => Promise<void>)[] = []
  try {
    await run({
      folder(name) {
        const folder = mkdtempSync(join(tmpdir(), `rolecall-${name}-`))
        folders.add(folder)
        ends.push(async () => {
          rmSync(folder, { recursive: true, force: true })
          folders.delete(folder)
        })
        // Apache's and shibd's children are other users; no secret of anybody lies here.
        chmodSync(folder, 0o755)
        return folder
      },
      daemon(program, args, options = {}) {
        const { daemon, end } = start(program, args, options)
        ends.push(end)
        return daemon
      },
      onEnd: end => ends.push(end),
    })
  } finally {
    await endAll(ends)
  }
}

/** The latest first; one that fails keeps no other from its end. */
async function endAll(ends: (() => Promise<void>)[]): Promise<void> {
  const end = ends.pop()
  if (end === undefined) return
  try {
    await end()
  } finally {
    await endAll(ends)
  }
}

function start(program: string, args: readonly string[], { env = {}, cwd }: DaemonOptions) {
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    detached: true,
    stdio: 'pipe',
  })
  const group = child.pid
  if (group !== undefined) groups.add(group)
  let output = ''
  let failure: string | undefined
  const closed = new Promise<void>(resolve => {
    child.on('error', error => {
      failure = error.message
      resolve()
    })
    child.on('close', (code, signal) => {
      failure ??= `ended with ${signal ?? code}`
      resolve()
    })
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-1_000_000)
    })
  }
  const daemon: Daemon = {
    child,
    output: () => output,
    async ready(isReady, seconds = 20) {
      const until = Date.now() + seconds * 1000
      while (!(await isReady())) {
        if (failure === undefined && Date.now() < until) await delay(50)
        else
          throw new Error(`${program}: ${failure ?? `not ready in ${seconds} seconds`}\n${output}`)
      }
    },
  }
  const end = async () => {
    if (group === undefined) return
    signalGroup(group, 'SIGTERM')
    await Promise.race([closed, delay(3000)])
    // The group may outlive its leader: workers that were waiting for something.
    signalGroup(group, 'SIGKILL')
    groups.delete(group)
  }
  return { daemon, end }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // Nobody is left in it.
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds)
  })
}

/** One account of this machine, as NSS answers (files, SSSD, winbind): nothing of it passes a shell. */
import { execFile } from 'node:child_process'

/** How the programs are run. */
export interface SystemPrograms {
  /** Milliseconds for each program; default 5000. */
  readonly deadlineMs?: number
  /** Default: PATH of this process, and the C locale. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** An account of the machine. */
export interface SystemAccount {
  /** As NSS writes it. */
  readonly name: string
  /** Names; the primary group is among them. */
  readonly groups: readonly string[]
}

const maxBytes = 1_048_576
/** `getent` and `id` take a number for a user id, so a name must not be one. */
const safeName = /^(?!\d+$)[A-Za-z0-9_][A-Za-z0-9_.@+\\-]{0,255}\$?$/

/**
 * The account and its groups by `getent` and `id`; undefined when there is none of that name, or the name
 * is no account's. Rejects when a program is missing, fails, or takes too long.
 */
export async function readAccount(
  username: string,
  programs: SystemPrograms = {},
): Promise<SystemAccount | undefined> {
  if (!safeName.test(username)) return undefined
  const entry = await run('getent', ['passwd', '--', username], programs)
  // 2: the key is not there.
  if (entry.code === 2) return undefined
  if (entry.code !== 0) throw new Error(`getent ended with ${entry.code}`)
  const name = entry.stdout.split(':', 1)[0] ?? ''
  if (!safeName.test(name)) throw new Error('getent answered with a name that is none')
  const list = await run('id', ['-G', '-n', '-z', '--', name], programs)
  // 1 with names: a group has only a number; no grant can name that one.
  if (list.code !== 0 && !(list.code === 1 && list.stdout !== '')) {
    throw new Error(`id ended with ${list.code}`)
  }
  const groups = list.stdout.split('\0').filter(group => group !== '' && !/^\d+$/.test(group))
  return { name, groups }
}

function run(
  program: string,
  parameters: readonly string[],
  { deadlineMs = 5000, env }: SystemPrograms,
): Promise<{ readonly code: number; readonly stdout: string }> {
  const options = {
    env: { PATH: process.env.PATH, ...env, LC_ALL: 'C' },
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    maxBuffer: maxBytes,
    encoding: 'utf8',
  } as const
  return new Promise((resolve, reject) => {
    const child = execFile(program, parameters, options, (error, stdout) => {
      if (error === null) resolve({ code: 0, stdout })
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout })
      else if (error.killed === true)
        reject(new Error(`${program} took longer than ${deadlineMs} ms`))
      else
        reject(new Error(`${program} cannot be run: ${error.code ?? error.signal ?? 'no reason'}`))
    })
    child.stdin?.end()
  })
}

/** Who holds a lock: a process, told apart from a later one with the same number. */
import { readFileSync, readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** What a lock says. Fields are undefined when it is none of ours. */
export interface LockHolder {
  readonly pid: number | undefined
  /** When the process began, in ticks since the start of the machine; undefined where that is not told. */
  readonly start: string | undefined
  /** Host, run of the machine and space of process numbers: those that can see each other's processes. */
  readonly place: string | undefined
  readonly host: string
  /** Of this taking of the lock. */
  readonly id: string
}

const written = /^(\d{1,10})@([\w.-]{0,64}) start=(\d*) place=([\w-]*) id=([\w-]{1,32})$/

/** This process as the text of a lock. */
export function thisHolder(id: string): string {
  const { host, place, start } = here()
  return `${process.pid}@${host} start=${start} place=${place} id=${id}`
}

/** Reads the text of a lock, which may be anybody's. */
export function parseHolder(text: string): LockHolder {
  const [, pid, host = '', start, place, id] = written.exec(text) ?? []
  if (pid === undefined || id === undefined) {
    return { pid: undefined, start: undefined, place: undefined, host: '', id: 'unknown' }
  }
  return { pid: Number(pid), start: start || undefined, place, host, id }
}

/**
 * Whether the process has ended; undefined when that cannot be seen from here. `isHeld`: whether this process
 * has the lock itself.
 */
export async function isGone(
  holder: LockHolder,
  isHeld: (id: string) => boolean,
): Promise<boolean | undefined> {
  const { pid, start, place, host, id } = holder
  if (pid === undefined || place !== here().place || host !== here().host) return undefined
  if (pid === process.pid && (start ?? '') === here().start) return !isHeld(id)
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined)
  if (stat !== undefined && start !== undefined) return startOf(stat) !== start
  // Processes of others may be hidden there.
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM')
  }
}

/** proc_pid_stat(5): field 22, and none for a process that has ended and is not yet waited for. */
function startOf(stat: string | undefined): string | undefined {
  // The second field, the name, may hold blanks and brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields?.[0]
  return state === undefined || 'ZXx'.includes(state) ? undefined : fields?.[19]
}

let known: { readonly host: string; readonly place: string; readonly start: string } | undefined

/** Does not change while the process runs. */
function here() {
  known ??= {
    host: hostname()
      .replace(/[^\w.-]/g, '_')
      .slice(0, 64),
    place: [readNow('/proc/sys/kernel/random/boot_id')?.slice(0, 13), processSpace()].join('-'),
    start: startOf(readNow('/proc/self/stat')) ?? '',
  }
  return known
}

/** pid_namespaces(7): a container numbers its processes anew. */
function processSpace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''
  } catch {
    return ''
  }
}

function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

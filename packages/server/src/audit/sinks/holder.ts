import { hostname } from 'node:os'

/** Names this process among those that use the same store: host, process id, chance. */
export function holderName(random: (bytes: number) => Uint8Array): string {
  return `${hostname()}/${process.pid}/${Buffer.from(random(6)).toString('hex')}`
}

/** Whether the process of this name has ended for certain: one of this host, and its id is nobody's. */
export function hasEnded(holder: string): boolean {
  const [host, id] = holder.split('/')
  const pid = Number(id)
  if (host !== hostname() || !Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) {
    return false
  }
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

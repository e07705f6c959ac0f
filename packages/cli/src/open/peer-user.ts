/** Which user of this machine a connection on loopback comes from. */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'

/**
 * Whether the other end belongs to another user than this process and root. Linux tells it in
 * `/proc/net/tcp`; where nothing tells, the answer is no.
 */
export function isAnotherUser(
  socket: Pick<Socket, 'remoteAddress' | 'remotePort' | 'localPort'>,
  tables: readonly string[] = ['/proc/net/tcp', '/proc/net/tcp6'],
  own: number | undefined = process.getuid?.(),
): boolean {
  const { remotePort, localPort } = socket
  if (own === undefined || remotePort === undefined || localPort === undefined) return false
  const [from, to] = [hex(remotePort), hex(localPort)]
  const table = tables[socket.remoteAddress?.includes(':') ? 1 : 0]
  for (const line of table === undefined ? [] : linesOf(table)) {
    // sl, local address, remote address, st, queues, timer, retransmissions, uid
    const [, local = '', remote = '', , , , , uid = ''] = line.trim().split(/\s+/)
    if (local.endsWith(from) && remote.endsWith(to)) return Number(uid) !== own && Number(uid) !== 0
  }
  return false
}

function linesOf(table: string): readonly string[] {
  try {
    return readFileSync(table, 'utf8').split('\n').slice(1)
  } catch {
    return []
  }
}

const hex = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`

/** Which user of this machine a connection on loopback comes from. */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { endianness } from 'node:os'

/** One end of a connection as Linux has it. */
interface End {
  readonly isEstablished: boolean
  readonly uid: number
  /** False when no process has it any more: then `uid` is 0, whoever it was. */
  readonly isHeld: boolean
}

/**
 * Whether the other end belongs to another user than this process and root, or did until it was left.
 * Linux tells it in `/proc/net/tcp`; where nothing tells, the answer is no.
 */
export function isAnotherUser(
  socket: Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>,
  tables: readonly string[] = ['/proc/net/tcp', '/proc/net/tcp6'],
  own: number | undefined = process.getuid?.(),
): boolean {
  const { remoteAddress = '', remotePort, localAddress = '', localPort } = socket
  const table = linesOf(tables[remoteAddress.includes(':') ? 1 : 0])
  if (own === undefined || table.length === 0) return false
  // Closed on our side too.
  if (remotePort === undefined || localPort === undefined) return true
  const [there, here] = [endpoint(remoteAddress, remotePort), endpoint(localAddress, localPort)]
  const peer = endOf(table, there, here)
  // It has gone already, or is on another system (Windows around WSL): then ours is open still.
  if (peer === undefined) return endOf(table, here, there)?.isEstablished !== true
  return !peer.isHeld || (peer.uid !== own && peer.uid !== 0)
}

function endOf(table: readonly string[], from: string, to: string): End | undefined {
  for (const line of table) {
    // sl, local address, remote address, st, queues, timer, retransmissions, uid, timeout, inode
    const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/)
    if (local !== from || remote !== to) continue
    return { isEstablished: state === '01', uid: Number(uid), isHeld: inode !== '0' }
  }
  return undefined
}

function linesOf(table: string | undefined): readonly string[] {
  try {
    return table === undefined ? [] : readFileSync(table, 'utf8').trim().split('\n').slice(1)
  } catch {
    return []
  }
}

/** `0100007F:1F40`: the words of the address as this machine reads them, the port as people do. */
function endpoint(address: string, port: number): string {
  const bytes = address.includes(':')
    ? // Of IPv6 there is one loopback address.
      Buffer.from([...Array(15).fill(0), address === '::1' ? 1 : 0])
    : Buffer.from(address.split('.').map(Number))
  if (endianness() === 'LE') bytes.swap32()
  return `${bytes.toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}

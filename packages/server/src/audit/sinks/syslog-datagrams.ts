import { createSocket, type Socket } from 'node:dgram'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** What UDP can carry, less room for headers; RFC 5426, 3.2. */
const mostBytes = 65_000

/** Sends each message in a datagram of its own, one after the other; a longer one is cut. */
export async function sendDatagrams(
  to: { readonly host: string; readonly port: number; readonly lookup: LookupFunction },
  messages: readonly string[],
): Promise<void> {
  const { address, family } = await resolve(to.host, to.lookup)
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  try {
    for (const message of messages) {
      const bytes = Buffer.from(message).subarray(0, mostBytes)
      await sendOne(socket, bytes, to.port, address)
    }
  } finally {
    socket.close()
  }
}

/** The address that was checked is the one that is sent to. */
function resolve(host: string, lookup: LookupFunction): Promise<LookupAddress> {
  return new Promise((done, reject) => {
    lookup(host, { all: false }, (error, address, family) => {
      if (error !== null) reject(error)
      else if (typeof address === 'string') done({ address, family: family ?? 4 })
      else reject(new Error(`no address for ${host}`))
    })
  })
}

function sendOne(socket: Socket, bytes: Buffer, port: number, address: string): Promise<void> {
  return new Promise((done, reject) => {
    socket.send(bytes, port, address, error => (error === null ? done() : reject(error)))
  })
}

/** Connections to a directory server: the other side is proven before anything is said to it. */
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { LdapServer } from '../../config/config.ts'
import { asUnavailable, LdapUnavailable } from './ldap-unavailable.ts'
import { requestStartTls } from './start-tls.ts'

const connectMs = 3_000

/** How connections are made. */
export interface ConnectOptions {
  /** Authorities as PEM in place of Node's. */
  readonly ca: string | undefined
  /** Ends the connection, whatever it does. */
  readonly signal: AbortSignal
}

/** An open connection, over TLS as the server's address says. Rejects with `LdapUnavailable`. */
export async function connectTo(server: LdapServer, options: ConnectOptions): Promise<Socket> {
  const sockets: Socket[] = []
  const kept = <S extends Socket>(socket: S): S => {
    sockets.push(socket)
    // Each of the two says once more what the other said, when nobody listens any more.
    return socket.on('error', () => undefined)
  }
  const giveUp = (): void => {
    for (const socket of sockets) socket.destroy(new LdapUnavailable('it took too long'))
  }
  const timer = setTimeout(giveUp, connectMs)
  options.signal.addEventListener('abort', giveUp, { once: true })
  try {
    options.signal.throwIfAborted()
    const socket = kept(connectTcp({ host: server.host, port: server.port, noDelay: true }))
    await opened(socket, 'connect')
    if (server.security === 'plain') return socket
    if (server.security === 'start-tls') await requestStartTls(socket)
    const secure = kept(
      connectTls({
        socket,
        // Also when NODE_TLS_REJECT_UNAUTHORIZED says otherwise.
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        host: server.host,
        ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      }),
    )
    await opened(secure, 'secureConnect')
    return secure
  } catch (cause) {
    for (const socket of sockets) socket.destroy()
    throw asUnavailable(server.url, cause)
  } finally {
    clearTimeout(timer)
  }
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      socket.off(event, onOpen)
      socket.off('error', end)
      socket.off('close', onClose)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onOpen = (): void => end()
    const onClose = (): void => end(new LdapUnavailable('the connection was closed'))
    socket.on(event, onOpen)
    socket.on('error', end)
    socket.on('close', onClose)
  })
}

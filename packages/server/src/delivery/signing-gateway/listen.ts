import { chmod, lstat, unlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import type { ListenAddress } from '../../config/signing-gateway-config.ts'
import { ServerError } from '../../errors.ts'
import type { SigningGateway } from './types.ts'

/** A listening gateway. */
export interface Listening {
  /** `http://127.0.0.1:9911`, or `unix:/run/gateway.sock`. */
  readonly url: string
  /** Lets running requests finish for `graceMs`, then ends them. */
  close(graceMs: number): Promise<void>
}

const serverOptions = {
  maxHeaderSize: 32 * 1024,
  headersTimeout: 15_000,
  // Bodies may take as long as they go on; the gateway ends those that do not.
  requestTimeout: 0,
  keepAliveTimeout: 65_000,
  requireHostHeader: true,
  noDelay: true,
} as const

/**
 * Listens for a gateway on its own. A Unix socket is for its owner alone (mode 0600); one that a process left
 * behind is taken over. Throws `ServerError` `listen-failed`.
 */
export async function listenForGateway(
  gateway: SigningGateway,
  address: ListenAddress,
): Promise<Listening> {
  const server = createServer(serverOptions, gateway.handle)
  server.on('checkContinue', gateway.handleExpecting)
  // Headers beyond a count would be dropped without a word; the gateway counts itself.
  server.maxHeadersCount = 0
  try {
    await (address.kind === 'tcp'
      ? listen(server, { host: address.host, port: address.port })
      : listenOnSocket(server, address.path))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const where = address.kind === 'tcp' ? `${address.host}:${address.port}` : address.path
    throw new ServerError('listen-failed', { cause, detail: `${where}: ${code}` })
  }
  return Object.freeze({
    url: urlOf(server, address),
    close: (graceMs: number) => close(server, graceMs),
  })
}

function listen(server: Server, where: { host: string; port: number } | { path: string }) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function listenOnSocket(server: Server, path: string): Promise<void> {
  await removeLeftSocket(path)
  // The socket comes into being with `listen`, and nobody else may connect even for a moment.
  const before = process.umask(0o177)
  try {
    await listen(server, { path })
  } finally {
    process.umask(before)
  }
  await chmod(path, 0o600)
}

/** Removes a socket that nobody listens on; leaves everything else to `listen`, which refuses it. */
async function removeLeftSocket(path: string): Promise<void> {
  const isSocket = await lstat(path).then(
    found => found.isSocket(),
    () => false,
  )
  if (!isSocket) return
  const isAlive = await new Promise<boolean>(resolve => {
    const probe = connect(path, () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
  if (!isAlive) await unlink(path)
}

function urlOf(server: Server, address: ListenAddress): string {
  if (address.kind === 'socket') return `unix:${address.path}`
  const bound = server.address()
  const port = bound !== null && typeof bound === 'object' ? bound.port : address.port
  return `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${port}`
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { EndpointAnswer, EndpointRequest } from '@rolecall/aws'
import { Failure } from '../failure.ts'
import { type Address, originOf } from './address.ts'

/** A listener of the agent. */
export interface AgentListener {
  readonly origin: string
  /** Ends the listener; running requests get two seconds. */
  close(): Promise<void>
}

/** SDKs send a few hundred bytes, all at once. */
const bounds = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
}
/** More at once than the programs of a machine start together; further ones are closed unheard. */
const mostConnections = 1024
const closingMs = 2_000

/** Listens and answers. Throws {@link Failure} `listen`. */
export async function listen(
  address: Address,
  handle: (request: EndpointRequest) => Promise<EndpointAnswer>,
): Promise<AgentListener> {
  const server = createServer(bounds, (request, response) => {
    answer(request, response, handle).catch(() => response.destroy())
  })
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(listenFailure(address, cause)))
    server.listen(address.port, address.host, resolve)
  })
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port
  return {
    origin: originOf({ host: address.host, port }),
    close: () =>
      new Promise(resolve => {
        const force = setTimeout(() => server.closeAllConnections(), closingMs)
        server.close(() => {
          clearTimeout(force)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: EndpointRequest) => Promise<EndpointAnswer>,
): Promise<void> {
  const { status, headers, body } = await handle({
    method: request.method ?? '',
    target: request.url ?? '',
    headers: headersOf(request),
    remoteAddress: request.socket.remoteAddress,
  })
  // No request of these protocols has a body: whatever comes is not waited for.
  const hasBody =
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0
  if (hasBody) response.once('finish', () => request.socket.destroySoon())
  response.writeHead(status, hasBody ? { ...headers, connection: 'close' } : headers)
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Every header with all its values: of two Host or Authorization headers none may be overlooked. */
function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null)
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined) headers[name] = values.join(',')
  }
  return headers
}

function listenFailure(address: Address, cause: Error): Failure {
  const code = 'code' in cause ? String(cause.code) : cause.message
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there; choose another port with --listen',
    EADDRNOTAVAIL: 'this machine has no such address; `ip address` shows those that it has',
    EACCES: 'ports below 1024 need a privilege; choose a higher one with --listen',
  }
  const message = `cannot listen on ${originOf(address)}: ${code}`
  return new Failure('listen', message, hints[code] ?? 'choose another address with --listen')
}

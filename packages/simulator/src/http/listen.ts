import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { SimulatorError } from '../errors.ts'
import type { Outgoing, StreamHandler, StreamingRequest } from './exchange.ts'
import { send } from './send.ts'

/** How long a client may take to send the head of a request. */
const headersTimeoutMs = 30_000
/** How long an idle connection stays: longer than clients keep theirs, or one closes as a request comes in. */
const keepAliveTimeoutMs = 75_000

/** A listener: its origin, and how to end it. */
export interface Listener {
  /** `http://127.0.0.1:4566`, without a trailing slash. */
  readonly origin: string
  /** Puts the handler behind the address; until then requests get 503. */
  serve(handler: StreamHandler): void
  close(): Promise<void>
}

/** Listens at once, so that handlers may know their own address. Throws `SimulatorError` `listen_failed`. */
export async function listen(options: {
  readonly host: string
  readonly port: number
  /** How long a client may take to send a whole request. */
  readonly requestTimeoutMs: number
}): Promise<Listener> {
  let handler: StreamHandler = () => ({ status: 503, headers: {}, body: '' })
  const timeouts = {
    requestTimeout: options.requestTimeoutMs,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
  }
  const server = createServer(timeouts, (request, response) => {
    answer(request, response, incoming => handler(incoming)).catch(() => {
      response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      const message = `cannot listen on ${options.host}:${options.port}: ${cause.message}`
      reject(new SimulatorError('listen_failed', message, { cause }))
    })
    server.listen(options.port, options.host, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    origin: `http://${host}:${port}`,
    serve(next) {
      handler = next
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handler: StreamHandler,
): Promise<void> {
  let outgoing: Outgoing
  try {
    outgoing = await handler(streamingRequest(request))
  } catch {
    outgoing = { status: 500, headers: { 'content-length': '0' }, body: '' }
  }
  await send(request, response, outgoing)
}

function streamingRequest(request: IncomingMessage): StreamingRequest {
  const headers: Record<string, string> = Object.create(null)
  const raw = request.rawHeaders
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = raw[index + 1] ?? ''
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before},${value}`
  }
  const target = request.url ?? '/'
  const mark = target.indexOf('?')
  const { localAddress, remoteAddress } = request.socket
  return {
    method: request.method ?? 'GET',
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    headersDistinct: request.headersDistinct,
    remoteAddress: remoteAddress ?? '',
    isLocal: isLoopback(localAddress) && isLoopback(remoteAddress),
    // Leaving a loop over it must not end the connection: the answer has to go out on it.
    stream: { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) },
  }
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/.test(address)
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { SimulatorError } from '../errors.ts'
import type { Handler, Incoming, Outgoing } from './exchange.ts'

/** How long a client may take to send a whole request. */
const requestTimeoutMs = 30_000

/** A listener: its origin, and how to end it. */
export interface Listener {
  /** `http://127.0.0.1:4566`, without a trailing slash. */
  readonly origin: string
  /** Puts the handler behind the address; until then requests get 503. */
  serve(handler: Handler): void
  close(): Promise<void>
}

/** Listens at once, so that handlers may know their own address. Throws `SimulatorError` `listen_failed`. */
export async function listen(options: {
  readonly host: string
  readonly port: number
  readonly maxBodyBytes: number
}): Promise<Listener> {
  let handler: Handler = () => ({ status: 503, headers: {}, body: '' })
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    answer(request, response, incoming => handler(incoming), options.maxBodyBytes).catch(() => {
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
  handler: Handler,
  maxBodyBytes: number,
): Promise<void> {
  const body = await readBody(request, maxBodyBytes)
  if (body === undefined) {
    response.writeHead(413, { connection: 'close', 'content-length': '0' }).end()
    request.resume()
    return
  }
  let outgoing: Outgoing
  try {
    outgoing = await handler(incomingOf(request, body))
  } catch {
    outgoing = { status: 500, headers: { 'content-length': '0' }, body: '' }
  }
  const { status, headers } = outgoing
  const fields = Object.entries(headers).map(
    ([name, value]) => [name, typeof value === 'string' ? value : [...value]] as const,
  )
  response.writeHead(status, Object.fromEntries(fields))
  response.end(request.method === 'HEAD' ? undefined : outgoing.body)
}

async function readBody(request: IncomingMessage, max: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  // Leaving the loop must not end the connection: the answer has to go out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue
    length += chunk.length
    if (length > max) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function incomingOf(request: IncomingMessage, body: Uint8Array): Incoming {
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
  return {
    method: request.method ?? 'GET',
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    headersDistinct: request.headersDistinct,
    body,
    remoteAddress: request.socket.remoteAddress ?? '',
  }
}

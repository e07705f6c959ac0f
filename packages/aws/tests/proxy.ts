import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { SelfSigned } from './certificate.ts'
import { origin } from './listen.ts'

/** A request as the proxy received it. */
export interface Proxied {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
}

export interface TestProxy {
  /** `http://127.0.0.1:port`, or `https:`. */
  readonly url: string
  readonly host: string
  readonly received: readonly Proxied[]
  /** Bytes that went through tunnels towards the targets. */
  readonly tunnelled: () => Buffer
}

/** A forward proxy on loopback until the test ends; `authorization` is what it insists on. */
export async function listenAsProxy(
  options: { readonly authorization?: string; readonly tls?: SelfSigned } = {},
): Promise<TestProxy> {
  const received: Proxied[] = []
  const bytes: Buffer[] = []
  const admits = (message: IncomingMessage) => {
    const { method = '', url = '', headers } = message
    received.push({ method, target: url, headers })
    const { authorization } = options
    return authorization === undefined || headers['proxy-authorization'] === authorization
  }
  const server =
    options.tls === undefined ? createServer() : (createTlsServer(options.tls) as Server)
  server.on('request', (message: IncomingMessage, response) => {
    if (!admits(message)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('no')
      return
    }
    const { 'proxy-authorization': _, ...headers } = message.headers
    const onward = request(message.url ?? '', { method: message.method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    message.pipe(onward)
  })
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined)
    if (!admits(message)) {
      socket.end('HTTP/1.1 407 No\r\nproxy-authenticate: Basic\r\ncontent-length: 2\r\n\r\nno')
      return
    }
    const { hostname, port } = new URL(`tcp://${message.url}`)
    const target = connect(Number(port), hostname.replace(/^\[(.*)\]$/, '$1'))
    onTestFinished(() => void target.destroy())
    target.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    target.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.on('data', chunk => bytes.push(chunk))
      socket.pipe(target).pipe(socket)
    })
  })
  const plain = await origin(server)
  const url = options.tls === undefined ? plain : plain.replace('http:', 'https:')
  return { url, host: new URL(url).host, received, tunnelled: () => Buffer.concat(bytes) }
}

/** A server on loopback that handles raw connections, until the test ends; gives host and port. */
export async function listenRaw(handle: (socket: Socket) => void): Promise<string> {
  const server = createServer()
  server.removeAllListeners('connection')
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    // An HTTP server's sockets stay open on their own side.
    socket.on('end', () => socket.end())
    handle(socket)
  })
  onTestFinished(() => sockets.forEach(socket => void socket.destroy()))
  return new URL(await origin(server)).host
}

/** A listener for one answer of a browser on this machine (RFC 8252, section 7.3). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Failure } from '../failure.ts'
import { type PageText, page, pageHeaders } from './page.ts'
import { isAnotherUser } from './peer-user.ts'

/** What an accepted request is answered with: a page, or the way to another address. */
export type Reply<T> = { readonly value: T } & (
  | { readonly page: PageText }
  | { readonly location: string }
)

/** What is listened for. */
export interface LoopbackOptions<T> {
  /** Begins with a slash. */
  readonly path: string
  /** Milliseconds until `arrival` fails. */
  readonly timeoutMs: number
  /** Judges a request by its query; undefined: it is not the one that is waited for. */
  readonly accept: (query: URLSearchParams) => Reply<T> | undefined
}

/** A running listener. */
export interface Loopback<T> {
  /** `http://127.0.0.1:PORT/path`. The same port answers at `[::1]` where there is IPv6. */
  readonly url: string
  /** The value of the one accepted request. Throws `Failure` `cannotAsk` when none came in time. */
  readonly arrival: Promise<T>
  /** Ends the listener; an arrival that is still waited for fails as `interrupted`. */
  close(): void
}

const bounds = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 1,
}
const mostConnections = 16
/** More requests that are not the right one are no accident. */
const mostRefusals = 50

/**
 * Listens on a random port of 127.0.0.1 and [::1] for one GET of one path. A request counts when it names
 * this host, is a page's own navigation, and `accept` takes it; the listener then ends. Throws `Failure`
 * `listen`.
 */
export async function listenOnLoopback<T>(options: LoopbackOptions<T>): Promise<Loopback<T>> {
  let settle: (outcome: { value: T } | Failure) => void = () => {}
  let isOver = false
  let isTaken = false
  let refusals = 0
  const servers: Server[] = []

  const arrival = new Promise<T>((resolve, reject) => {
    settle = outcome => {
      if (isOver) return
      isOver = true
      clearTimeout(deadline)
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
      if (outcome instanceof Failure) reject(outcome)
      else resolve(outcome.value)
    }
  })
  // Whoever waits is told; a close() before anybody waits must not end the process.
  arrival.catch(() => undefined)
  const deadline = setTimeout(() => settle(tooLate(options.timeoutMs)), options.timeoutMs)

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const reply = isTaken || isOver ? 410 : judged(request, port, options)
    if (typeof reply === 'number') {
      send(response, reply, refusalPage)
      refusals += 1
      if (refusals >= mostRefusals) settle(tooMany())
      return
    }
    isTaken = true
    // The page goes out before the command, which may end now, goes on.
    response.once('close', () => settle(reply))
    if ('location' in reply) {
      response.writeHead(303, { ...pageHeaders, location: reply.location, connection: 'close' })
      response.end()
    } else send(response, 200, reply.page)
  }

  const [port, first] = await bind('127.0.0.1', 0, answer)
  servers.push(first)
  // For what writes `localhost`; without IPv6, or with the port taken there, 127.0.0.1 is enough.
  const second = await bind('::1', port, answer).catch(() => undefined)
  if (second !== undefined) servers.push(second[1])
  return Object.freeze({
    url: `http://127.0.0.1:${port}${options.path}`,
    arrival,
    close: () => settle(new Failure('interrupted', 'the browser is no longer waited for')),
  })
}

/** The reply to the request that is waited for, else the status of the refusal. */
function judged<T>(
  request: IncomingMessage,
  port: number,
  options: LoopbackOptions<T>,
): Reply<T> | number {
  const hosts = request.headersDistinct.host ?? []
  const own = [`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`]
  // A name that an attacker points at 127.0.0.1 would make this listener part of their site.
  if (hosts.length !== 1 || !own.includes(hosts[0] ?? '')) return 403
  const [path = '', ...rest] = (request.url ?? '').split('?')
  if (path !== options.path) return 404
  if (request.method !== 'GET') return 405
  // The path may have been read from the arguments of the browser.
  if (isAnotherUser(request.socket)) return 403
  // Images, scripts and prefetches of other pages are not the browser coming back.
  const purpose = request.headers['sec-fetch-dest']
  if (purpose !== undefined && purpose !== 'document') return 403
  return options.accept(new URLSearchParams(rest.join('?'))) ?? 400
}

const refusalPage = {
  title: 'This is not the page that is waited for',
  text: 'Go back to the terminal and begin again.',
}

function send(response: ServerResponse, status: number, text: PageText): void {
  const body = page(text)
  const length = String(Buffer.byteLength(body))
  response.writeHead(status, { ...pageHeaders, 'content-length': length, connection: 'close' })
  response.end(body)
}

async function bind(
  host: string,
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<[number, Server]> {
  const server = createServer(bounds, answer)
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      const code = 'code' in cause ? String(cause.code) : cause.message
      reject(new Failure('listen', `cannot listen on ${host}: ${code}`, 'sign in with --device'))
    })
    server.listen(port, host, resolve)
  })
  const bound = server.address()
  return [typeof bound === 'object' && bound !== null ? bound.port : port, server]
}

function tooLate(timeoutMs: number): Failure {
  const minutes = Math.max(1, Math.round(timeoutMs / 60_000))
  return new Failure(
    'cannotAsk',
    `the browser did not come back within ${minutes === 1 ? 'a minute' : `${minutes} minutes`}`,
    'run the command again; where no browser can reach this machine, sign in with --device',
  )
}

function tooMany(): Failure {
  return new Failure(
    'cannotAsk',
    'something on this machine sends other requests to the page that the browser should come back to',
    'run the command again, or sign in with --device',
  )
}

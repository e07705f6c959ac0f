import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { AwsError } from '../errors.ts'
import { serverNameOf } from './host.ts'
import type { ProxyAddress } from './proxy.ts'
import { proxyRefusal } from './proxy-refusal.ts'

/** How a tunnel is opened. */
export interface TunnelOptions {
  readonly proxy: ProxyAddress
  /** Authorities for the proxy's own certificate; default: Node's. */
  readonly ca: readonly string[] | undefined
  /** Milliseconds until the proxy has answered. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/**
 * Opens a tunnel through a proxy (RFC 9110, 9.3.6): a socket to `target` (host and port). Only the
 * proxy gets the proxy's credentials. Throws `AwsError` `network`, `timeout` or `proxy_refused`.
 */
export async function openTunnel(target: string, options: TunnelOptions): Promise<Socket> {
  const { proxy, timeoutMs, signal } = options
  const { request } = await (proxy.scheme === 'https' ? import('node:https') : import('node:http'))
  const asked: RequestOptions & { servername: string } = {
    agent: false,
    method: 'CONNECT',
    host: proxy.hostname,
    port: proxy.port,
    path: target,
    // Else the name in Host, which is the target's, would be looked for in the proxy's certificate.
    servername: serverNameOf(proxy.hostname),
    headers: {
      host: target,
      connection: 'keep-alive',
      ...(proxy.authorization === undefined
        ? {}
        : { 'proxy-authorization': proxy.authorization.reveal() }),
    },
    ...(options.ca === undefined ? {} : { ca: [...options.ca] }),
  }
  return await new Promise((resolve, reject) => {
    const connecting = request(asked)
    const settle = () => {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', abandon)
    }
    const fail = (error: AwsError) => {
      settle()
      reject(error)
      connecting.destroy()
    }
    const abandon = () => fail(failed(proxy, 'the request was given up'))
    const deadline = setTimeout(() => {
      const message = `the proxy ${proxy.host} did not answer within ${timeoutMs} ms`
      fail(new AwsError('timeout', message, { fault: 'network' }))
    }, timeoutMs)
    if (signal?.aborted) return abandon()
    signal?.addEventListener('abort', abandon)
    connecting.on('error', cause => fail(failed(proxy, codeOf(cause))))
    connecting.on('response', () => fail(failed(proxy, 'it did not take CONNECT for what it is')))
    connecting.on('connect', (answer: IncomingMessage, socket: Socket, head: Buffer) => {
      settle()
      const status = answer.statusCode ?? 0
      const isOpen = status >= 200 && status < 300
      // In TLS the client speaks first: bytes before that are not of the target.
      if (isOpen && head.length === 0) return resolve(socket)
      socket.destroy()
      reject(
        isOpen ? failed(proxy, 'it sent data of its own') : proxyRefusal(proxy, target, status),
      )
    })
    connecting.end()
  })
}

function failed(proxy: ProxyAddress, why: string): AwsError {
  // Without the cause: a parser's error carries bytes of the exchange.
  return new AwsError('network', `the connection to the proxy ${proxy.host} failed: ${why}`, {
    fault: 'network',
  })
}

function codeOf(cause: Error): string {
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}

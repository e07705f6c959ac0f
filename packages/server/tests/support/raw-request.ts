/** A request as no browser would send it: headers in any number and spelling, from a loopback address of choice. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** What is sent besides the address. */
export interface RawRequest {
  readonly method?: string
  /** Names and values in turn; `Host` is added. */
  readonly headers?: readonly string[]
  /** The loopback address that it comes from. */
  readonly from?: string
  readonly body?: string
  /** The client's own, and the authority of the server's certificate. */
  readonly tls?: {
    readonly cert?: string
    readonly key?: string
    readonly ca: string
  }
}

/** What came back. */
export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Of `Set-Cookie`, by name; one that is cleared is empty. */
  readonly cookies: ReadonlyMap<string, string>
}

/** Sends it; redirects are not followed. */
export function sendRaw(url: string, options: RawRequest = {}): Promise<RawAnswer> {
  const { method = 'GET', headers = [], from = '127.0.0.1', body, tls } = options
  const { host, protocol } = new URL(url)
  const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))]
  const send = protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const sent = send(
      url,
      {
        method,
        localAddress: from,
        agent: false,
        headers: ['Host', host, 'Connection', 'close', ...length, ...headers],
        ...tls,
      },
      answer => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('error', reject)
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString('utf8'),
            cookies: new Map(
              (answer.headers['set-cookie'] ?? []).map(cookie => {
                const [name = '', value = ''] = (cookie.split(';', 1)[0] ?? '').split(/=(.*)/s)
                return [name, value]
              }),
            ),
          }),
        )
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}

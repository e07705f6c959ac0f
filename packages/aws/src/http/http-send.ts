import type { ClientRequest, IncomingMessage } from 'node:http'
import { AwsError } from '../errors.ts'
import type { HttpRequest, HttpResponse, HttpSend } from './http.ts'
import { createHttpAgents, type HttpAgents, type HttpClientOptions } from './http-agents.ts'
import { proxyRefusal } from './proxy-refusal.ts'
import { type SplitUrl, splitUrl } from './split-url.ts'

const defaultTimeoutMs = 10_000
const defaultMaxBytes = 1024 * 1024

/**
 * {@link HttpSend} over `node:http` and `node:https` with kept-alive connections, a proxy and authorities
 * as the options say. The deadline of a request covers the connection to the proxy. A network error names
 * the hosts and never the path, query or headers. Throws `AwsError` `bad_proxy` or `bad_certificates` at
 * once; a request that the proxy itself refuses throws `proxy_refused`.
 */
export function createHttpSend(options: HttpClientOptions = {}): HttpSend {
  const agents = createHttpAgents(options)
  return request => exchange(agents, splitUrl(request.url), request)
}

/** {@link createHttpSend} without options. */
export const httpSend: HttpSend = async request => {
  directSend ??= createHttpSend()
  return await directSend(request)
}
let directSend: HttpSend | undefined

async function exchange(
  agents: HttpAgents,
  url: SplitUrl,
  sent: HttpRequest,
): Promise<HttpResponse> {
  const timeoutMs = sent.timeoutMs ?? defaultTimeoutMs
  const giveUp = new AbortController()
  let isLate = false
  const deadline = setTimeout(() => {
    isLate = true
    giveUp.abort()
  }, timeoutMs)
  try {
    const outgoing = await agents.open({
      method: sent.method,
      url: sent.url,
      headers: wireHeaders(sent),
      signal: signalOf(giveUp.signal, sent.signal),
    })
    return await answerTo(outgoing, agents, url, sent)
  } catch (error) {
    giveUp.abort()
    if (!isLate) throw error
    throw new AwsError('timeout', `no whole answer from ${url.host} within ${timeoutMs} ms`, {
      fault: 'network',
    })
  } finally {
    clearTimeout(deadline)
  }
}

function signalOf(own: AbortSignal, callers: AbortSignal | undefined): AbortSignal {
  return callers === undefined ? own : AbortSignal.any([own, callers])
}

function answerTo(
  outgoing: ClientRequest,
  agents: HttpAgents,
  url: SplitUrl,
  sent: HttpRequest,
): Promise<HttpResponse> {
  const maxBytes = sent.maxBytes ?? defaultMaxBytes
  return new Promise((resolve, reject) => {
    const broken = (cause: Error) => reject(networkError(url, cause))
    // A connection may end without an error: each end is one, when it is not that of the answer.
    const ended = () => broken(new Error('it ended without a whole answer'))
    outgoing.on('error', broken)
    outgoing.on('close', ended)
    outgoing.on('response', incoming => {
      // From here on the answer tells; the request may be closed before the answer is read.
      outgoing.off('close', ended)
      incoming.on('error', broken)
      incoming.on('close', ended)
      // What comes through a tunnel is the target's own.
      const isProxys = incoming.statusCode === 407 && url.scheme === 'http'
      const proxy = isProxys ? agents.proxyOf(sent.url) : undefined
      if (proxy !== undefined) return reject(proxyRefusal(proxy, url.host, 407))
      const chunks: Buffer[] = []
      let size = 0
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= maxBytes) chunks.push(chunk)
        else reject(tooLarge(url, maxBytes))
      })
      incoming.on('end', () => {
        incoming.off('close', ended)
        resolve(
          Object.freeze({
            status: incoming.statusCode ?? 0,
            headers: headersOf(incoming),
            ...cookiesOf(incoming),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      })
    })
    // As bytes: a text body would make Node write the headers in its encoding too.
    outgoing.end(typeof sent.body === 'string' ? Buffer.from(sent.body, 'utf8') : sent.body)
  })
}

/** Node writes one byte per character; signatures cover header values as UTF-8. */
function wireHeaders(sent: HttpRequest): Record<string, string | number> {
  const bodyLength = sent.body === undefined ? 0 : Buffer.byteLength(sent.body)
  const headers: Record<string, string | number> = {}
  if (bodyLength > 0 || sent.method === 'POST') headers['content-length'] = bodyLength
  for (const [name, value] of Object.entries(sent.headers)) {
    headers[name] = Buffer.from(value, 'utf8').toString('latin1')
  }
  return headers
}

function headersOf(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (values !== undefined) headers[name] = values.join(', ')
  }
  return Object.freeze(headers)
}

function cookiesOf(incoming: IncomingMessage): Pick<HttpResponse, 'setCookies'> {
  const lines = incoming.headersDistinct['set-cookie']
  return lines === undefined ? {} : { setCookies: Object.freeze([...lines]) }
}

function tooLarge(url: SplitUrl, maxBytes: number): AwsError {
  const message = `the answer of ${url.host} is larger than ${maxBytes} bytes`
  return new AwsError('response_too_large', message, { fault: 'server' })
}

function networkError(url: SplitUrl, cause: Error): AwsError {
  if (cause instanceof AwsError) return cause
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
  return new AwsError('network', `the exchange with ${url.host} failed: ${code}`, {
    fault: 'network',
    // A parser's error carries the bytes of the answer, which may repeat what was sent.
    ...('rawPacket' in cause ? {} : { cause }),
  })
}

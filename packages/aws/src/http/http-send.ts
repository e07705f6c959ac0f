import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { AwsError } from '../errors.ts'
import type { HttpRequest, HttpResponse, HttpSend } from './http.ts'
import { type SplitUrl, splitUrl } from './split-url.ts'

const defaultTimeoutMs = 10_000
const defaultMaxBytes = 1024 * 1024

interface Transport {
  readonly agent: Agent
  readonly request: (options: RequestOptions) => ClientRequest
}

const agentOptions = { keepAlive: true, maxFreeSockets: 8, scheduling: 'lifo' } as const
const transports: { http?: Promise<Transport>; https?: Promise<Transport> } = {}

// Loaded when first used: a program that only signs, or only talks plain HTTP, starts faster.
function transportOf(scheme: 'http' | 'https'): Promise<Transport> {
  transports[scheme] ??= loadTransport(scheme)
  return transports[scheme]
}

async function loadTransport(scheme: 'http' | 'https'): Promise<Transport> {
  const { Agent, request } = await (scheme === 'https' ? import('node:https') : import('node:http'))
  return { agent: new Agent(agentOptions), request }
}

/**
 * {@link HttpSend} over `node:http` and `node:https` with kept-alive connections. Certificates are
 * checked as Node does (`NODE_EXTRA_CA_CERTS` adds authorities). A network error names the host and
 * never the path, query or headers.
 */
export const httpSend: HttpSend = async request => {
  const url = splitUrl(request.url)
  if (/[^\x21-\x7e]/.test(url.path + url.query)) {
    throw new AwsError('bad_url', `the address at ${url.host} is not percent-encoded`)
  }
  const transport = await transportOf(url.scheme)
  return await exchange(transport, url, request)
}

function exchange(transport: Transport, url: SplitUrl, sent: HttpRequest): Promise<HttpResponse> {
  const timeoutMs = sent.timeoutMs ?? defaultTimeoutMs
  const maxBytes = sent.maxBytes ?? defaultMaxBytes
  return new Promise((resolve, reject) => {
    const outgoing = openRequest(transport, url, sent)
    const fail = (error: AwsError) => {
      clearTimeout(deadline)
      reject(error)
      outgoing.destroy()
    }
    const deadline = setTimeout(() => {
      fail(
        new AwsError('timeout', `no whole answer from ${url.host} within ${timeoutMs} ms`, {
          fault: 'network',
        }),
      )
    }, timeoutMs)
    outgoing.on('error', cause => fail(networkError(url, cause)))
    outgoing.on('response', incoming => {
      const chunks: Buffer[] = []
      let size = 0
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxBytes) {
          fail(
            new AwsError(
              'response_too_large',
              `the answer of ${url.host} is larger than ${maxBytes} bytes`,
              { fault: 'server' },
            ),
          )
          return
        }
        chunks.push(chunk)
      })
      incoming.on('error', cause => fail(networkError(url, cause)))
      incoming.on('end', () => {
        clearTimeout(deadline)
        resolve(
          Object.freeze({
            status: incoming.statusCode ?? 0,
            headers: headersOf(incoming),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      })
    })
    // As bytes: a text body would make Node write the headers in its encoding too.
    outgoing.end(typeof sent.body === 'string' ? Buffer.from(sent.body, 'utf8') : sent.body)
  })
}

function openRequest(transport: Transport, url: SplitUrl, sent: HttpRequest): ClientRequest {
  const [, hostname = '', port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(url.host) ?? []
  const bodyLength = sent.body === undefined ? 0 : Buffer.byteLength(sent.body)
  try {
    return transport.request({
      agent: transport.agent,
      method: sent.method,
      host: hostname,
      ...(port === undefined ? {} : { port }),
      path: `${url.path || '/'}${url.query === '' ? '' : `?${url.query}`}`,
      headers: {
        host: url.host,
        ...(bodyLength > 0 || sent.method === 'POST' ? { 'content-length': bodyLength } : {}),
        ...wireHeaders(sent.headers),
      },
    })
  } catch (cause) {
    throw new AwsError(
      'bad_url',
      `the request to ${url.host} has a method or header that cannot be sent`,
      {
        cause,
      },
    )
  }
}

/** Node writes one byte per character; signatures cover header values as UTF-8. */
function wireHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Buffer.from(value, 'utf8').toString('latin1'),
    ]),
  )
}

function headersOf(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (values !== undefined) headers[name] = values.join(', ')
  }
  return Object.freeze(headers)
}

function networkError(url: SplitUrl, cause: Error): AwsError {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
  return new AwsError('network', `the exchange with ${url.host} failed: ${code}`, {
    fault: 'network',
    // A parser's error carries the bytes of the answer, which may repeat what was sent.
    ...('rawPacket' in cause ? {} : { cause }),
  })
}

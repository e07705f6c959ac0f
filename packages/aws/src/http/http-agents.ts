import type { Agent, ClientRequest, OutgoingHttpHeaders, RequestOptions } from 'node:http'
import type { LookupFunction } from 'node:net'
import { AwsError } from '../errors.ts'
import { readCertificates } from './certificates.ts'
import { hostParts, serverNameOf } from './host.ts'
import { type ProxyBypass, readNoProxy } from './no-proxy.ts'
import { type HttpProxies, type HttpProxy, type ProxyAddress, readProxy } from './proxy.ts'
import { type SplitUrl, splitUrl } from './split-url.ts'
import { throughTunnels } from './tunnel-agent.ts'

/** How connections are made. */
export interface HttpClientOptions {
  /** One proxy for all targets, or one by scheme; see `proxyFromEnvironment`. Default: none. */
  readonly proxy?: string | HttpProxy | HttpProxies | undefined
  /** Targets that are reached without it, in the words of `NO_PROXY`. */
  readonly noProxy?: string | readonly string[] | undefined
  /**
   * Authorities, as PEM, that are trusted instead of Node's own, for targets and for a proxy over TLS.
   * Default: Node's (`NODE_EXTRA_CA_CERTS` adds some).
   */
  readonly ca?: string | readonly string[] | undefined
  /**
   * False: any certificate of a target is taken, and who it is goes unproven. Of a proxy it is verified
   * always. Default true.
   */
  readonly verifyTargets?: boolean | undefined
  /** Milliseconds until a proxy has opened a tunnel. Default 10 000. */
  readonly connectTimeoutMs?: number | undefined
  /** Idle connections that are kept for each host. Default 8; more for who has many requests at once. */
  readonly maxFreeSockets?: number | undefined
  /**
   * Finds the addresses of a name at each connecting; what it gives is what is connected to. Not asked
   * about targets and proxies that are addresses themselves. Default: `dns.lookup`.
   */
  readonly lookup?: LookupFunction | undefined
}

/** A request whose body is still to be written. */
export interface HttpHead {
  readonly method: string
  /** Absolute, `http:` or `https:`, percent-encoded: the path is sent as it stands here. */
  readonly url: string
  /** As `node:http` takes them: one character a byte. `host` is the URL's unless given. */
  readonly headers: OutgoingHttpHeaders
  /** Gives the request up, the opening of its connection included. */
  readonly signal?: AbortSignal | undefined
}

/** Kept-alive connections, through proxies where the options say so. */
export interface HttpAgents {
  /**
   * Opens a request for a body that is written, and an answer that is read, piece by piece; deadlines
   * are the caller's, and so are its `error` events, from the start.
   * An answer to an `http:` request with status 407 is the proxy's own when {@link HttpAgents.proxyOf}
   * names one. Throws `AwsError` `bad_url`; its `error` event carries an `AwsError` when a proxy failed.
   */
  open(head: HttpHead): Promise<ClientRequest>
  /** The proxy that this URL is reached through. */
  proxyOf(url: string): ProxyAddress | undefined
  /** Closes the connections that are kept; running requests end theirs with a reset. */
  close(): void
}

interface Transport {
  readonly agent: Agent
  readonly request: (options: RequestOptions) => ClientRequest
}

const defaultFreeSockets = 8

/**
 * Connections for {@link HttpClientOptions}. For `https:` targets a proxy is asked for a tunnel and sees
 * host and port only; for `http:` ones it gets the request in absolute form (RFC 9112, 3.2.2) and sees
 * all of it. The proxy's credentials go to the proxy and nowhere else. Throws `AwsError` `bad_proxy` or
 * `bad_certificates` at once.
 */
export function createHttpAgents(options: HttpClientOptions = {}): HttpAgents {
  const ca = options.ca === undefined ? undefined : readCertificates(options.ca)
  const proxies = readProxies(options.proxy)
  const isDirect: ProxyBypass = readNoProxy(options.noProxy ?? [])
  const timeoutMs = options.connectTimeoutMs ?? 10_000
  const transports = new Map<string, Promise<Transport>>()

  function proxyOf(url: SplitUrl): ProxyAddress | undefined {
    const { hostname, port = url.scheme === 'https' ? 443 : 80 } = hostParts(url.host)
    const proxy = proxies[url.scheme]
    return proxy !== undefined && !isDirect(hostname, port) ? proxy : undefined
  }

  // Loaded when first used: a program that only signs, or only talks plain HTTP, starts faster.
  function transportOf(scheme: 'http' | 'https', tunnel?: ProxyAddress): Promise<Transport> {
    const key = tunnel === undefined ? scheme : 'tunnel'
    const known = transports.get(key)
    if (known !== undefined) return known
    const made = loadTransport(scheme, tunnel)
    transports.set(key, made)
    return made
  }

  async function loadTransport(
    scheme: 'http' | 'https',
    proxy: ProxyAddress | undefined,
  ): Promise<Transport> {
    const { Agent, request } = await (scheme === 'https'
      ? import('node:https')
      : import('node:http'))
    const agent = new Agent({
      keepAlive: true,
      scheduling: 'lifo',
      maxFreeSockets: options.maxFreeSockets ?? defaultFreeSockets,
      ...(ca === undefined ? {} : { ca: [...ca] }),
      ...(options.verifyTargets === false ? { rejectUnauthorized: false } : {}),
      ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
    })
    return {
      agent: proxy === undefined ? agent : throughTunnels(agent, { proxy, ca, timeoutMs }),
      request,
    }
  }

  async function open(head: HttpHead): Promise<ClientRequest> {
    const url = splitUrl(head.url)
    if (/[^\x21-\x7e]/.test(url.path + url.query)) {
      throw new AwsError('bad_url', `the address at ${url.host} is not percent-encoded`)
    }
    const proxy = proxyOf(url)
    if (proxy === undefined) return start(await transportOf(url.scheme), url, head, undefined)
    return url.scheme === 'https'
      ? start(await transportOf('https', proxy), url, head, undefined)
      : start(await transportOf(proxy.scheme), url, head, proxy)
  }

  return Object.freeze({
    open,
    proxyOf: (url: string) => proxyOf(splitUrl(url)),
    close() {
      for (const made of transports.values())
        made.then(
          ({ agent }) => agent.destroy(),
          () => {},
        )
      transports.clear()
    },
  })
}

function readProxies(
  given: HttpClientOptions['proxy'],
): Readonly<Partial<Record<'http' | 'https', ProxyAddress>>> {
  if (given === undefined) return {}
  if (typeof given === 'string' || 'url' in given) {
    const proxy = readProxy(given)
    return { http: proxy, https: proxy }
  }
  return {
    ...(given.http === undefined ? {} : { http: readProxy(given.http) }),
    ...(given.https === undefined ? {} : { https: readProxy(given.https) }),
  }
}

/** Starts a request; `through` is the proxy that gets it in absolute form. */
function start(
  transport: Transport,
  url: SplitUrl,
  head: HttpHead,
  through: ProxyAddress | undefined,
): ClientRequest {
  const { hostname, port } = hostParts(url.host)
  const target = `${url.path || '/'}${url.query === '' ? '' : `?${url.query}`}`
  const asked: RequestOptions & { servername: string; tunnelSignal?: AbortSignal } = {
    agent: transport.agent,
    method: head.method,
    host: through?.hostname ?? hostname,
    ...(through === undefined && port === undefined ? {} : { port: through?.port ?? port }),
    // Else it is made from the Host header, and the certificate is held to what a caller wrote there.
    servername: serverNameOf(through?.hostname ?? hostname),
    path: through === undefined ? target : `http://${url.host}${target}`,
    headers: {
      host: url.host,
      ...withoutProxyHeaders(head.headers),
      ...(through?.authorization === undefined
        ? {}
        : { 'proxy-authorization': through.authorization.reveal() }),
    },
    ...(head.signal === undefined ? {} : { signal: head.signal, tunnelSignal: head.signal }),
  }
  try {
    const request = transport.request(asked)
    // Nobody asks for it, and Node would close the request without an error.
    request.once('upgrade', (_, socket) => {
      socket.destroy()
      const message = `the exchange with ${url.host} failed: it switched to another protocol`
      request.emit('error', new AwsError('network', message, { fault: 'network' }))
    })
    return request
  } catch (cause) {
    throw new AwsError(
      'bad_url',
      `the request to ${url.host} has a method or header that cannot be sent`,
      { cause },
    )
  }
}

/** A caller's own Proxy-Authorization would reach the target where there is no proxy. */
function withoutProxyHeaders(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'proxy-authorization'),
  )
}

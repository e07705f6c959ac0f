/** What an endpoint needs to know of a request; it reads no body. */
export interface EndpointRequest {
  readonly method: string
  /** The request target as it came: raw path and query. */
  readonly target: string
  /** Names in lower case; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Address of the peer, when there is one: a Unix socket has none. */
  readonly remoteAddress?: string | undefined
}

/** What became of a request, for a log. */
export type EndpointResult =
  /** Credentials were handed out. */
  | 'credentials'
  /** A session token of the metadata service was handed out. */
  | 'token'
  /** Other data, such as a list of roles or a region. */
  | 'data'
  | 'refused_peer'
  | 'refused_host'
  | 'refused_token'
  | 'refused_forwarded'
  | 'refused_version'
  | 'bad_request'
  | 'not_found'
  | 'bad_method'
  /** There are no credentials now that could be handed out. */
  | 'unavailable'

/** An answer. For HEAD the body is not to be sent, its length is. */
export interface EndpointAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly result: EndpointResult
  /** The role that the answer is about, when one was found. */
  readonly role?: string
  /** Why there are no credentials; its caller is told the same. */
  readonly reason?: string
}

/** Answers one request; never throws. */
export type EndpointHandler = (request: EndpointRequest) => Promise<EndpointAnswer>

/** Who may call an endpoint at all. */
export interface CallerRules {
  /**
   * Names and addresses that the Host header may have, without port; IPv6 without brackets. A page of a
   * browser that was led here by DNS rebinding still sends its own name. `any` is for credentials that
   * open nothing.
   */
  readonly hosts: readonly string[] | 'any'
  /** Whether a peer may call. Default: every peer that can connect. */
  readonly mayCall?: ((remoteAddress: string | undefined) => boolean) | undefined
}

/** The length of an answer, and that it is kept by nobody. */
export function answer(
  status: number,
  result: EndpointResult,
  content: { readonly type: 'text/plain' | 'application/json'; readonly body: string },
  more: {
    readonly headers?: Readonly<Record<string, string>>
    readonly role?: string
    readonly reason?: string
  } = {},
): EndpointAnswer {
  const { headers = {}, ...facts } = more
  return {
    status,
    headers: {
      'content-type': content.type,
      'content-length': String(Buffer.byteLength(content.body)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: content.body,
    result,
    ...facts,
  }
}

/** The target's path, still encoded. */
export function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? target : target.slice(0, mark)
}

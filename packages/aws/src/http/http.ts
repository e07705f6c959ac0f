/** One HTTP request. */
export interface HttpRequest {
  readonly method: string
  /** Absolute, `http:` or `https:`, percent-encoded: the path is sent as it stands here. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Milliseconds for the whole exchange, connecting included. Default 10 000. */
  readonly timeoutMs?: number
  /** Bound on the body of the answer in bytes. Default 1 MiB. */
  readonly maxBytes?: number
  /** Ends the exchange early: it fails as one that the network broke. */
  readonly signal?: AbortSignal
}

/** One HTTP answer. */
export interface HttpResponse {
  readonly status: number
  /** By name in lower case; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** The lines of Set-Cookie, which joined ones cannot be told apart in; left out when there is none. */
  readonly setCookies?: readonly string[]
  readonly body: string
}

/**
 * Sends one request and gives its answer, whatever the status; follows no redirect. Throws `AwsError`
 * `timeout`, `network` or `response_too_large`.
 */
export type HttpSend = (request: HttpRequest) => Promise<HttpResponse>

/** A request, read whole and within bounds. */
export interface Incoming {
  readonly method: string
  /** The raw request target: path and query as they came. */
  readonly target: string
  /** The target's path, as it came. */
  readonly path: string
  /** The target's query, as it came, without the question mark. */
  readonly query: string
  /** Names in lower case; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** As `headers`, with each repeated header as a list. */
  readonly headersDistinct: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
  /** Of the peer; behind a proxy the proxy's. */
  readonly remoteAddress: string
}

/** An answer, whole. */
export interface Outgoing {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

/** Answers a request; has no other way to reach the connection. */
export type Handler = (request: Incoming) => Outgoing | Promise<Outgoing>

/** True for a body that the client calls a form. */
export function isForm(request: Incoming): boolean {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  return type.trim().toLowerCase() === 'application/x-www-form-urlencoded'
}

/** The body as text; bytes that are not UTF-8 become U+FFFD. */
export const bodyText = (request: Incoming): string => new TextDecoder().decode(request.body)

/** The first cookie of a name. */
export function cookie(request: Incoming, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key = '', ...value] = part.split('=')
    if (key.trim() === name) return value.join('=').trim()
  }
  return undefined
}

/** A redirect that browsers follow with GET. */
export function redirect(
  status: 302 | 303,
  location: string,
  headers: Outgoing['headers'] = {},
): Outgoing {
  return {
    status,
    headers: { location, 'cache-control': 'no-store', 'content-length': '0', ...headers },
    body: '',
  }
}

/** What comes before the body of a request. */
export interface RequestHead {
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
  /** Of the peer; behind a proxy the proxy's. */
  readonly remoteAddress: string
  /** Both ends of the connection are loopback addresses. */
  readonly isLocal: boolean
}

/** A request, read whole and within bounds. */
export interface Incoming extends RequestHead {
  readonly body: Uint8Array
}

/** A request whose body is read as it comes; it is read once, to its end or not at all. */
export interface StreamingRequest extends RequestHead {
  readonly stream: AsyncIterable<Uint8Array>
}

/** How an answer goes out when not as it should: what networks do to answers, on purpose. */
export type Delivery =
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Half of the body, then the end of the connection. */
  | { readonly kind: 'truncated' }
  /** No answer: the connection is reset. */
  | { readonly kind: 'reset' }
  /** No answer, until the client or the simulator gives up. */
  | { readonly kind: 'hang' }

/** An answer. A body in pieces comes with its `content-length`. */
export interface Outgoing {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Iterable<Uint8Array>
  readonly delivery?: Delivery
}

/** Answers a request; has no other way to reach the connection. */
export type Handler = (request: Incoming) => Outgoing | Promise<Outgoing>

/** As `Handler`, before the body was read. */
export type StreamHandler = (request: StreamingRequest) => Outgoing | Promise<Outgoing>

/** True for a body that the client calls a form. */
export function isForm(request: Incoming): boolean {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  return type.trim().toLowerCase() === 'application/x-www-form-urlencoded'
}

/** The body as text; bytes that are not UTF-8 become U+FFFD. */
export const bodyText = (request: Incoming): string => new TextDecoder().decode(request.body)

/** Reads the whole body; `undefined` for one above the bound, whose rest is left unread. */
export async function readWhole(
  { stream, ...head }: StreamingRequest,
  maxBodyBytes: number,
): Promise<Incoming | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  return { ...head, body: Buffer.concat(chunks) }
}

/** The answer to a body that is longer than the bound. */
export const bodyTooLarge: Outgoing = { status: 413, headers: { 'content-length': '0' }, body: '' }

/** A handler of whole requests as one that is called before the body was read. */
export function whole(handler: Handler, maxBodyBytes: number): StreamHandler {
  return async request => {
    const incoming = await readWhole(request, maxBodyBytes)
    return incoming === undefined ? bodyTooLarge : await handler(incoming)
  }
}

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

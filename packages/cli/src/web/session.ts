import type { HttpSend } from '@rolecall/aws'
import { Failure } from '../failure.ts'
import { createCookies, type WebCookies } from './cookies.ts'
import { asWebFailure, notUnderstood } from './failures.ts'
import { type Form, filled } from './form.ts'
import { formBody, formType } from './form-body.ts'
import { isOpenToOthers, resolved } from './url.ts'

/** One answer, the last of its redirects. */
export interface WebAnswer {
  /** Where it came from. */
  readonly url: string
  readonly status: number
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Where a redirect leads that was not followed; absolute. */
  readonly location: string | undefined
}

/** How one request differs from a plain one. */
export interface WebOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** Default: that of the session. `none` gives the first answer as it is. */
  readonly redirects?: 'follow' | 'none'
}

/** A visitor of web pages: cookies, redirects, forms. Throws `Failure` `network` and `provider`. */
export interface WebSession {
  readonly cookies: WebCookies
  get(url: string, options?: WebOptions): Promise<WebAnswer>
  /** A form of fields; hidden ones are the caller's to pass on, see {@link WebSession.submit}. */
  postForm(
    url: string,
    fields: Iterable<readonly [name: string, value: string]>,
    options?: WebOptions,
  ): Promise<WebAnswer>
  postJson(url: string, value: unknown, options?: WebOptions): Promise<WebAnswer>
  /** Sends a form of a page with some of its fields filled in, all others as they stand. */
  submit(
    form: Form,
    values?: Readonly<Record<string, string>>,
    options?: WebOptions,
  ): Promise<WebAnswer>
}

/** What a session may do. */
export interface WebSessionOptions {
  /** What `cookies.serialize` gave an earlier one. */
  readonly cookies?: string | undefined
  /** Whether a redirect to another host is followed; default: none is, and the answer is the redirect. */
  readonly mayVisit?: (url: URL) => boolean
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
}

const maxRedirects = 20
/** A sign-in page waits for directories and risk engines behind it. */
const timeoutMs = 30_000
const maxBytes = 4 * 1024 * 1024

/** A session over a connection's `send`. Plain HTTP is refused but to this machine. */
export function createWebSession(send: HttpSend, options: WebSessionOptions = {}): WebSession {
  const cookies = createCookies(options.cookies)

  async function exchange(request: Request): Promise<WebAnswer> {
    const { url, method, body } = request
    const cookie = cookies.header(url)
    const answer = await send({
      method,
      url,
      headers: {
        accept: 'text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8',
        'accept-language': 'en',
        'user-agent': 'rolecall',
        ...options.headers,
        ...request.headers,
        ...(cookie === '' ? {} : { cookie }),
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: request.timeoutMs ?? timeoutMs,
      maxBytes,
    }).catch((error: unknown) => {
      throw asWebFailure(error)
    })
    cookies.keep(url, answer.setCookies ?? [])
    const { status, headers } = answer
    return Object.freeze({
      url,
      status,
      headers,
      body: answer.body,
      location: locationOf(url, answer),
    })
  }

  async function visit(first: Request): Promise<WebAnswer> {
    refuseOpen(first.url)
    let request = first
    for (let count = 0; ; count++) {
      const answer = await exchange(request)
      const next = first.redirects === 'none' ? undefined : redirected(request, answer)
      if (next === undefined || !mayFollow(request.url, next.url)) return answer
      if (count === maxRedirects) {
        throw notUnderstood(new URL(first.url).host, 'its redirects should come to an end')
      }
      request = next
    }
  }

  function mayFollow(from: string, to: string): boolean {
    const [here, there] = [new URL(from), new URL(to)]
    if (isOpenToOthers(to)) {
      throw new Failure(
        'provider',
        `${here.host} leads to ${there.host} without encryption; that was not followed`,
      )
    }
    return here.host === there.host || options.mayVisit?.(there) === true
  }

  return Object.freeze({
    cookies,
    get: (url: string, more?: WebOptions) => visit({ ...more, method: 'GET', url }),
    postForm: (url: string, fields: Iterable<readonly [string, string]>, more?: WebOptions) =>
      visit(post(url, formBody(fields), formType, more)),
    postJson: (url: string, value: unknown, more?: WebOptions) =>
      visit(post(url, JSON.stringify(value), 'application/json', more)),
    async submit(form: Form, values?: Readonly<Record<string, string>>, more?: WebOptions) {
      if (form.action === undefined) throw new Failure('provider', 'a form leads to no web address')
      const body = formBody(filled(form, values))
      if (form.method === 'POST') return await visit(post(form.action, body, formType, more))
      const url = new URL(form.action)
      url.search = body
      return await visit({ ...more, method: 'GET', url: url.href })
    },
  })
}

interface Request extends WebOptions {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body?: string
}

function post(url: string, body: string, type: string, more: WebOptions = {}): Request {
  return { ...more, method: 'POST', url, body, headers: { 'content-type': type, ...more.headers } }
}

function locationOf(
  url: string,
  { status, headers }: { readonly status: number; readonly headers: WebAnswer['headers'] },
): string | undefined {
  const { location } = headers
  if (location === undefined || status < 300 || status > 399) return undefined
  return resolved(location, url)
}

/** The request that a redirect asks for (RFC 9110, 15.4; a POST becomes a GET as in browsers). */
function redirected(request: Request, { status, location }: WebAnswer): Request | undefined {
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return undefined
  const isSameOrigin = new URL(location).origin === new URL(request.url).origin
  const { body: _, headers: { 'content-type': __, ...headers } = {}, ...rest } = request
  // Headers of a request may hold a token, a body a password: both are for the host they were meant for.
  if (request.method === 'GET' || (status !== 307 && status !== 308)) {
    return { ...rest, method: 'GET', url: location, headers: isSameOrigin ? headers : {} }
  }
  return isSameOrigin ? { ...request, url: location } : undefined
}

function refuseOpen(url: string): void {
  const address = URL.parse(url)
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new Failure('configuration', 'the address of the sign-in is no http or https URL')
  }
  if (!isOpenToOthers(url)) return
  throw new Failure(
    'configuration',
    `${address.host} would be called over plain HTTP: everybody on the way could read the password`,
    'write the address with https://',
  )
}

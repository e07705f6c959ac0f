import { SimulatorError } from '../errors.ts'
import { createCookieJar } from './cookie-jar.ts'
import { type Page, readPage } from './page.ts'

/** How a visitor behaves on every visit. */
export interface VisitorOptions {
  /** Whether redirects are followed when a visit does not say; `true` when left out. */
  readonly follow?: boolean
  /** Time for one visit with all its redirects; 20 seconds when left out. */
  readonly timeoutMs?: number
  /** Redirects in one visit; 10 when left out. */
  readonly maxRedirects?: number
  /** Length of one page; 2 MiB when left out. */
  readonly maxBodyBytes?: number
  /** The clock for cookies that are over: the system's when left out. */
  readonly now?: () => Date
}

/** What one visit adds. */
export interface VisitOptions {
  readonly follow?: boolean
  /** Headers of the first request; redirects go without them. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What a visit that posts a form adds. */
export interface PostOptions extends VisitOptions {
  /** The origin of the page that the post comes from: the `Origin` header. */
  readonly origin?: string
}

/** Each visit throws `SimulatorError` `visit_failed` when it ends without a page; a refusal is a page. */
export interface Visitor {
  /** The cookies for the origin of `url`: to look at, plant or lose some. */
  cookies(url: string): Map<string, string>
  get(url: string, options?: VisitOptions): Promise<Page>
  /** Submits a form, without an `Origin` header when `origin` is left out. */
  post(url: string, fields: Readonly<Record<string, string>>, options?: PostOptions): Promise<Page>
  /** Sends JSON as a script does, of a page of the URL's own origin when `origin` is left out. */
  postJson(url: string, body: unknown, options?: PostOptions): Promise<Page>
}

interface Step {
  readonly method: 'GET' | 'POST'
  readonly body?: string | URLSearchParams
  readonly headers: Readonly<Record<string, string>>
}

const ofPages = { accept: 'text/html,*/*;q=0.8' }

/**
 * A browser without a screen or scripts, enough to walk through a SAML sign-in over HTTP. It keeps cookies
 * per origin, whatever their path, domain and SameSite: two services on ports of one host do not mix.
 */
export function createVisitor(options: VisitorOptions = {}): Visitor {
  const { timeoutMs = 20_000, maxRedirects = 10, maxBodyBytes = 2 * 1024 * 1024 } = options
  const jar = createCookieJar(options.now ?? (() => new Date()))

  async function request(url: string, step: Step, signal: AbortSignal): Promise<Page> {
    const headers = new Headers(step.headers)
    const cookie = jar.header(url)
    if (cookie !== undefined) headers.set('cookie', cookie)
    const { method, body = null } = step
    const answer = await fetch(url, { method, body, headers, redirect: 'manual', signal })
    jar.keep(url, answer.headers.getSetCookie())
    return await readPage(url, answer, maxBodyBytes)
  }

  async function visit(url: string, first: Step, follow = options.follow ?? true): Promise<Page> {
    const signal = AbortSignal.timeout(timeoutMs)
    let at = url
    let step = first
    try {
      for (let hops = 0; ; hops += 1) {
        const page = await request(at, step, signal)
        if (!follow || page.location === undefined) return page
        if (hops === maxRedirects) throw new Error(`there are more than ${maxRedirects} redirects`)
        step = afterRedirect(step, page)
        at = page.location
      }
    } catch (cause) {
      throw new SimulatorError('visit_failed', `No page from ${at}: ${reasonOf(cause)}.`, { cause })
    }
  }

  return {
    cookies: jar.of,
    get: (url, { follow, headers } = {}) =>
      visit(url, { method: 'GET', headers: { ...ofPages, ...headers } }, follow),
    post: (url, fields, { follow, headers, origin } = {}) => {
      const sent = { ...ofPages, ...(origin === undefined ? {} : { origin }), ...headers }
      return visit(
        url,
        { method: 'POST', body: new URLSearchParams(fields), headers: sent },
        follow,
      )
    },
    postJson: (url, body, { follow, headers, origin = URL.parse(url)?.origin ?? 'null' } = {}) => {
      const sent = { 'content-type': 'application/json', origin, ...headers }
      return visit(url, { method: 'POST', body: JSON.stringify(body), headers: sent }, follow)
    },
  }
}

/** The request that a redirect leads to: 307 and 308 repeat it, the others ask with GET (RFC 9110 section 15.4). */
function afterRedirect(step: Step, page: Page): Step {
  if (page.status !== 307 && page.status !== 308) return { method: 'GET', headers: ofPages }
  const type = step.headers['content-type']
  return {
    ...step,
    headers: { ...ofPages, ...(type === undefined ? {} : { 'content-type': type }) },
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // What `fetch` throws says only that it failed; the reason is its cause.
  return error.cause instanceof Error ? error.cause.message || error.message : error.message
}

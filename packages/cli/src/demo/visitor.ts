/**
 * A browser without a screen: keeps cookies per origin, follows redirects, finds the one form on a
 * page. Enough to walk through a SAML sign-in over HTTP.
 */
export interface Page {
  readonly url: string
  readonly status: number
  readonly body: string
  /** Where it sends the browser; only seen with `follow: false`. */
  readonly location: string | undefined
}

export interface Form {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

export interface Visitor {
  get(url: string, options?: { follow?: boolean }): Promise<Page>
  post(url: string, fields: Readonly<Record<string, string>>): Promise<Page>
  postJson(url: string, body: unknown): Promise<Page>
}

const maxRedirects = 10

/** A visitor with no cookies yet. */
export function createVisitor(): Visitor {
  const jar = new Map<string, Map<string, string>>()

  async function request(url: string, init: RequestInit): Promise<Page> {
    const { origin } = new URL(url)
    const cookies = jar.get(origin) ?? new Map<string, string>()
    const headers = new Headers(init.headers)
    if (cookies.size > 0) {
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    }
    const answer = await fetch(url, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    })
    for (const line of answer.headers.getSetCookie()) keep(cookies, line)
    jar.set(origin, cookies)
    const location = answer.headers.get('location')
    return {
      url,
      status: answer.status,
      body: await answer.text(),
      location: location === null ? undefined : new URL(location, url).href,
    }
  }

  async function followed(first: Page): Promise<Page> {
    let page = first
    for (let hop = 0; page.location !== undefined; hop += 1) {
      if (hop === maxRedirects)
        throw new Error(`more than ${maxRedirects} redirects at ${page.url}`)
      page = await request(page.location, { method: 'GET' })
    }
    return page
  }

  return {
    get: async (url, options) => {
      const page = await request(url, { method: 'GET' })
      return options?.follow === false ? page : followed(page)
    },
    post: async (url, fields) =>
      followed(await request(url, { method: 'POST', body: new URLSearchParams(fields) })),
    postJson: (url, body) =>
      request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: new URL(url).origin },
        body: JSON.stringify(body),
      }),
  }
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const name = pair.slice(0, at).trim()
  const gone = attributes.some(attribute => /^\s*max-age=0\s*$/i.test(attribute))
  if (gone) cookies.delete(name)
  else cookies.set(name, pair.slice(at + 1).trim())
}

/** The first form of a page that is ours to read: its address and its named inputs. */
export function readForm(page: Page): Form | undefined {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page.body)
  if (form === null) return undefined
  const [, attributes = '', inner = ''] = form
  const fields = [...inner.matchAll(/<input\b([^>]*)>/gi)].flatMap(([, input = '']) => {
    const name = attributeOf(input, 'name')
    return name === undefined ? [] : [[name, attributeOf(input, 'value') ?? ''] as const]
  })
  return {
    action: new URL(attributeOf(attributes, 'action') ?? '', page.url).href,
    fields: Object.fromEntries(fields),
  }
}

function attributeOf(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)
  return found?.[1]
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

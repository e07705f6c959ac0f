/** A browser as far as the gateway can tell: cookies, fetch metadata, no redirects followed. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  readonly location: string | undefined
}

export interface Browser {
  readonly cookies: Map<string, string>
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  /** A form; by default sent by another site's page. */
  postForm(url: string, fields: Record<string, string>, origin?: string): Promise<Answer>
  /** What our own page sends. */
  postJson(url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** A browser with no cookies. It has one jar: every test talks to one host. */
export function createBrowser(): Browser {
  const cookies = new Map<string, string>()

  async function send(url: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers)
    if (cookies.size > 0) {
      headers.set('cookie', [...cookies].map(pair => pair.join('=')).join('; '))
    }
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const at = pair.indexOf('=')
      const name = pair.slice(0, at)
      if (attributes.some(one => /^max-age=0$/i.test(one))) cookies.delete(name)
      else cookies.set(name, pair.slice(at + 1))
    }
    const location = answer.headers.get('location')
    return {
      status: answer.status,
      headers: answer.headers,
      body: await answer.text(),
      location: location === null ? undefined : new URL(location, url).href,
    }
  }

  return {
    cookies,
    get: (url, headers = {}) => send(url, { headers: { accept: 'text/html', ...headers } }),
    postForm: (url, fields, origin = 'https://idp.example') =>
      send(url, {
        method: 'POST',
        headers: { accept: 'text/html', origin },
        body: new URLSearchParams(fields),
      }),
    postJson: (url, body, headers = {}) =>
      send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: new URL(url).origin, ...headers },
        body: JSON.stringify(body),
      }),
  }
}

/** A form of a page: where it posts and its hidden fields. */
export interface Form {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

export interface Page {
  readonly status: number
  readonly headers: Headers
  readonly url: string
  readonly text: string
}

/** A browser without scripts: one cookie jar, redirects followed. */
export function createBrowser() {
  const jar = new Map<string, string>()
  const send = async (url: string, init: RequestInit): Promise<Page> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(init.headers as Record<string, string> | undefined), cookie }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location !== null) return await send(new URL(location, url).href, {})
    return { status: response.status, headers: response.headers, url, text: await response.text() }
  }
  return {
    open: (url: string) => send(url, {}),
    submit: (
      action: string,
      fields: Record<string, string>,
      headers: Record<string, string> = {},
    ) => send(action, { method: 'POST', body: new URLSearchParams(fields), headers }),
  }
}

/** The one form of a page. */
export function formOf(page: Page): Form {
  const actions = [...page.text.matchAll(/<form method="post" action="([^"]*)"/g)]
  const [only] = actions
  if (only?.[1] === undefined || actions.length > 1) throw new Error('the page has not one form')
  const inputs = page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)
  const fields = [...inputs].map(([, name = '', value = '']) => [name, plainText(value)])
  return { action: new URL(plainText(only[1]), page.url).href, fields: Object.fromEntries(fields) }
}

/** Text of the element with a test id, without tags. */
export function textOf(page: Page, id: string): string {
  const match = new RegExp(`data-testid="${id}"[^>]*>(.*?)</`, 's').exec(page.text)
  return plainText((match?.[1] ?? '').replace(/<[^>]*>/g, ''))
}

function plainText(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
}

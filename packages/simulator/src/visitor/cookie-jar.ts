/** The cookies of a visitor, by the origin that set them. */
export interface CookieJar {
  /** Names and values of the origin of `url`; what is set here is sent. */
  of(url: string): Map<string, string>
  /** Takes what an answer from `url` sets and deletes: its `Set-Cookie` lines. */
  keep(url: string, lines: readonly string[]): void
  /** The `Cookie` header for a request to `url`, `undefined` without cookies. */
  header(url: string): string | undefined
}

/**
 * An empty jar. It knows a cookie's name, value, `Max-Age` and `Expires` (RFC 6265 section 5.2) and only
 * looks at the last two when the cookie is set: to see whether that deletes it.
 */
export function createCookieJar(now: () => Date): CookieJar {
  const origins = new Map<string, Map<string, string>>()

  function of(url: string): Map<string, string> {
    const { origin } = new URL(url)
    const cookies = origins.get(origin) ?? new Map<string, string>()
    origins.set(origin, cookies)
    return cookies
  }

  return {
    of,
    keep(url, lines) {
      const cookies = of(url)
      for (const line of lines) {
        const [pair = '', ...attributes] = line.split(';')
        const at = pair.indexOf('=')
        if (at < 1) continue
        const name = pair.slice(0, at).trim()
        if (isOver(attributes, now())) cookies.delete(name)
        else cookies.set(name, pair.slice(at + 1).trim())
      }
    },
    header(url) {
      const cookies = [...of(url)]
      return cookies.length === 0 ? undefined : cookies.map(pair => pair.join('=')).join('; ')
    },
  }
}

function isOver(attributes: readonly string[], now: Date): boolean {
  const last = (name: string) =>
    attributes
      .map(attribute => attribute.trim())
      .findLast(attribute => attribute.toLowerCase().startsWith(`${name}=`))
      ?.slice(name.length + 1)
  const maxAge = last('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0
  return Date.parse(last('expires') ?? '') <= now.getTime()
}

import { CookieJar } from 'tough-cookie'

/** The cookies of one sign-in. */
export interface WebCookies {
  /** All of them as text, for `Remembered`: a secret. */
  serialize(): string
  /** The value that a request to the URL would carry. */
  value(url: string, name: string): string | undefined
  /** Sets one as an answer from the URL would: the line of a Set-Cookie header. */
  set(url: string, line: string): void
  clear(): void
}

/** With what the session needs beside. */
export interface SessionCookies extends WebCookies {
  /** The Cookie header; empty without cookies. */
  header(url: string): string
  keep(url: string, lines: readonly string[]): void
}

/** Characters of remembered cookies; browsers keep about as much for a site. */
const maxSerialized = 256 * 1024
/** Cookies that one answer may set. */
const maxLines = 100

/** A jar (RFC 6265), filled with what `serialize` gave once. A text that is not of that form is left. */
export function createCookies(remembered?: string): SessionCookies {
  let jar = readJar(remembered)

  function keep(url: string, lines: readonly string[]): void {
    // What a browser would not take (another site's, a broken one) is not taken here either.
    for (const line of lines.slice(0, maxLines)) jar.setCookieSync(line, url, { ignoreError: true })
  }

  return Object.freeze({
    serialize: () => JSON.stringify(jar.serializeSync()),
    value: (url: string, name: string) =>
      jar.getCookiesSync(url).find(({ key }) => key === name)?.value,
    set: (url: string, line: string) => keep(url, [line]),
    clear() {
      jar = new CookieJar()
    },
    header: (url: string) => jar.getCookieStringSync(url),
    keep,
  })
}

function readJar(remembered: string | undefined): CookieJar {
  if (remembered === undefined || remembered.length > maxSerialized) return new CookieJar()
  try {
    return CookieJar.deserializeSync(remembered)
  } catch {
    return new CookieJar()
  }
}

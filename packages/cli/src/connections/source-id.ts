import type { Connection } from './connection.ts'

/**
 * What a connection leads to, whatever it is called. A connection may be pointed elsewhere, by its file, a
 * variable or an option: keys and roles of the one place are not given for the other.
 */
export function sourceId({ provider, url }: Pick<Connection, 'provider' | 'url'>): string {
  return `${provider} ${(URL.parse(url)?.href ?? url).replace(/\/+$/, '')}`
}

/** To whom a secret is shown: a password or a cookie of the one host is not sent to another. */
export function sourceOrigin({ url }: Pick<Connection, 'url'>): string {
  return URL.parse(url)?.origin ?? url
}

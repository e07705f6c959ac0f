const longestNext = 2048

/**
 * Where to go after sign-in: a path of ours, or `/`. An address of another site, a
 * protocol-relative one and the sign-in page itself all read as `/`.
 */
export function safeNext(value: unknown): string {
  if (typeof value !== 'string' || value.length > longestNext) return '/'
  // Browsers read a backslash as a slash, and drop tabs and newlines before they look.
  if (!/^\/(?![/\\])/.test(value) || /[\\\p{Cc}]/u.test(value)) return '/'
  if (/^\/signin(?:[/?#]|$)/.test(value)) return '/'
  return value
}

/** A provider's sign-in address with the way back. */
export function providerHref(href: string, next: string): string {
  if (next === '/') return href
  const [path = '', query = ''] = href.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.set('next', next)
  return `${path}?${parameters}`
}

/**
 * Whether a text is an absolute http or https URL with a host, of at most 2048 characters, so not
 * `javascript:` or a path, and without characters that a URL has to escape and a page may trip over.
 */
export function isHttpUrl(location: string): boolean {
  if (location.length > 2048) return false
  const url = URL.parse(location)
  // Compared as sent: the URL parser passes leading blanks, and takes `https:///x` for the host x.
  return url !== null && /^https?:\/\/[^\s\p{Cc}\\"<>/?#][^\s\p{Cc}\\"<>]*$/iu.test(location)
}

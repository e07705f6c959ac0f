/** Whether a text is an absolute http or https URL of at most 2048 characters, so not `javascript:` or a path. */
export function isHttpUrl(location: string): boolean {
  if (location.length > 2048) return false
  const url = URL.parse(location)
  // Compared as sent: a scheme after leading blanks or controls would pass the URL parser.
  return url !== null && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(location)
}

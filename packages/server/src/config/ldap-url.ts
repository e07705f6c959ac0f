/** The host of an `ldap:` or `ldaps:` URL, without the brackets of IPv6. */
export function hostOfUrl(text: string): string {
  return new URL(text).hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
}

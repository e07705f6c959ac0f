/** Where an identity provider posts its response to AWS. */
import { partitions } from '@rolecall/aws'

const hosts = Object.values(partitions).map(({ signinHost }) => signinHost)

/**
 * Whether this is the address of AWS that takes a SAML response: `https://signin.aws.amazon.com/saml`, of
 * a region (`eu-central-1.signin…`), of a provider with encryption (`/saml/acs/ID`), in every partition; or the
 * `target_url` of the connection.
 */
export function isAwsSignIn(address: string, targetUrl: string | undefined): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  if (targetUrl !== undefined && URL.canParse(targetUrl)) {
    const target = new URL(targetUrl)
    if (url.origin === target.origin && url.pathname === target.pathname) return true
  }
  const isHost = hosts.some(host => url.host === host || url.host.endsWith(`.${host}`))
  return url.protocol === 'https:' && isHost && /^\/saml(\/|$)/.test(url.pathname)
}

/** The patterns of the DevTools protocol that let no such request pass unseen. */
export function signInPatterns(targetUrl: string | undefined): readonly { urlPattern: string }[] {
  const known = hosts.flatMap(host => [`https://${host}/saml*`, `https://*.${host}/saml*`])
  // `*` and `?` are wildcards there.
  const own = targetUrl === undefined ? [] : [`${targetUrl.replace(/[\\*?]/g, '\\$&')}*`]
  return [...known, ...own].map(urlPattern => ({ urlPattern }))
}

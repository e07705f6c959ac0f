import { getPublicSuffix } from 'tough-cookie'
import { Failure } from '../failure.ts'

/**
 * Holds a request to its own site, as a browser does (WebAuthn Level 2, 5.1.4.1; FIDO AppID and Facets,
 * 3.1.2): a page could otherwise have a key sign for another one. Throws `Failure` `provider`.
 */
export function checkSite(request: {
  readonly origin: string
  readonly rpId: string
  readonly appId?: string | undefined
}): void {
  const { hostname } = new URL(request.origin)
  const { rpId, appId } = request
  const isOwn = rpId === hostname || (hostname.endsWith(`.${rpId}`) && siteOf(rpId) !== undefined)
  const appUrl = appId === undefined ? undefined : URL.parse(appId)
  const isOwnApp =
    appUrl === undefined ||
    (appUrl?.protocol === 'https:' &&
      (appUrl.hostname === hostname ||
        (siteOf(hostname) !== undefined && siteOf(appUrl.hostname) === siteOf(hostname))))
  if (isOwn && isOwnApp) return
  throw new Failure('provider', `${hostname} wants a security key to sign for another site`)
}

/** The name under which somebody registered it; undefined for an address and for what is above that. */
function siteOf(hostname: string): string | undefined {
  if (/^[\d.]+$|:/.test(hostname)) return undefined
  return getPublicSuffix(hostname, { allowSpecialUseDomain: true, ignoreError: true }) ?? undefined
}

/** What an address tells of the provider behind it. */
import type { HttpSend } from '@rolecall/aws'
import type { ProviderName } from '../connection.ts'

/** Of {@link probeServer}. */
export type Probed =
  | { readonly kind: 'server' }
  /** Something answers, and it is no server of ours. */
  | { readonly kind: 'other' }
  | { readonly kind: 'silent'; readonly why: string }

const timeoutMs = 5_000
const maxBytes = 64 * 1024

/** Asks whether a Rolecall server is there: its discovery document names itself (OpenID Connect Discovery 1.0, section 4.3). */
export async function probeServer(url: string, send: HttpSend): Promise<Probed> {
  const base = url.replace(/\/+$/, '')
  try {
    const answer = await send({
      method: 'GET',
      url: `${base}/oauth/.well-known/openid-configuration`,
      headers: { accept: 'application/json' },
      timeoutMs,
      maxBytes,
    })
    const isOurs = answer.status === 200 && issuerOf(answer.body) === `${base}/oauth`
    return { kind: isOurs ? 'server' : 'other' }
  } catch (error) {
    return { kind: 'silent', why: error instanceof Error ? error.message : 'no answer' }
  }
}

function issuerOf(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && 'issuer' in value
      ? value.issuer
      : undefined
  } catch {
    return undefined
  }
}

/** The provider that addresses of this form are of; `Browser` signs in at all others. */
export function likelyProvider({ hostname, pathname }: URL): ProviderName {
  const isOf = (domain: string) => hostname === domain || hostname.endsWith(`.${domain}`)
  if (isOf('jumpcloud.com')) return 'JumpCloud'
  if (['okta.com', 'okta-emea.com', 'oktapreview.com', 'okta-gov.com'].some(isOf)) return 'Okta'
  if (/\/realms\/[^/]+\/protocol\/saml/.test(pathname)) return 'KeyCloak'
  if (pathname.includes('/application/saml/')) return 'Authentik'
  return 'Browser'
}

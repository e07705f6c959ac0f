/** The ways to sign in as the sign-in page shows them. */
import type { SignInSource } from '../config/index.ts'
import type { SignInWay } from './api.ts'

/** Where a way begins; undefined for one with a form on the sign-in page. */
export function wayHref({ id, kind }: SignInSource): string | undefined {
  return kind === 'saml' || kind === 'headers' ? `/signin/${kind}/${id}` : undefined
}

/** The way for the page, which comes back to `next`. */
export function viewWay(source: SignInSource, next: string | undefined): SignInWay {
  const { id, title } = source
  const href = wayHref(source)
  if (href === undefined) return { kind: 'password', id, title }
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  return { kind: 'redirect', id, title, href: `${href}${query}` }
}

/** The addresses of the OAuth endpoints below the public one. */
export const paths = {
  root: '/oauth',
  /** Where a person types the code of a device. */
  device: '/device',
} as const

/** The endpoints of oidc-provider that there are, with their methods, below `root`. */
export const endpoints: readonly { readonly method: 'GET' | 'POST'; readonly path: string }[] = [
  { method: 'GET', path: '/.well-known/openid-configuration' },
  { method: 'GET', path: '/.well-known/oauth-authorization-server' },
  { method: 'GET', path: '/jwks' },
  { method: 'GET', path: '/auth' },
  { method: 'GET', path: '/auth/:uid' },
  { method: 'POST', path: '/token' },
  { method: 'POST', path: '/token/revocation' },
  { method: 'POST', path: '/device/auth' },
]

/** The page that asks the person. */
export function interactionPath(uid: string): string {
  return `${paths.root}/interaction/${uid}`
}

/** What the ID token must say (OpenID Connect Core 1.0, section 3.1.3.7). */
import { Failure } from '../../failure.ts'
import { jsonObject } from './exchange.ts'
import { clientId } from './oauth-server.ts'

/** A clock may be wrong by this much. */
const toleranceMs = 5 * 60_000

/**
 * Checks that the ID token belongs to this sign-in at this server. It came from the token endpoint itself,
 * whose TLS certificate stands for its signature (3.1.3.7, point 6). Throws `Failure` `provider`.
 */
export function checkIdToken(
  idToken: string,
  expected: { readonly issuer: string; readonly nonce: string | undefined; readonly now: Date },
): void {
  const [, payload = ''] = idToken.split('.')
  const claims = jsonObject(Buffer.from(payload, 'base64url').toString('utf8')) ?? {}
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  const expires = typeof claims.exp === 'number' ? claims.exp * 1000 : 0
  const wrong =
    claims.iss !== expected.issuer
      ? 'another issuer'
      : audiences.length !== 1 || audiences[0] !== clientId
        ? 'another program'
        : claims.nonce !== expected.nonce
          ? 'another sign-in'
          : expires + toleranceMs < expected.now.getTime()
            ? 'an earlier time'
            : undefined
  if (wrong === undefined) return
  throw new Failure(
    'provider',
    `the server answered with an ID token for ${wrong}`,
    'run the command again; if it happens again, check the clock of this machine and `publicUrl` of the server',
  )
}

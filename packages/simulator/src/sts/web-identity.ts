import { type Claims, isSignedBy, type ReadJwt, readJwt } from '../oidc/jwt.ts'
import { Fault } from '../query/fault.ts'
import type { JsonWebKey, LoadedAccount, LoadedOidcProvider, LoadedWorld } from '../world/loaded.ts'
import { invalidIdentityToken } from './saml-facts.ts'

/** A verified web identity token. */
export interface WebIdentity {
  readonly provider: LoadedOidcProvider
  readonly subject: string
  /** The one that counts: `azp` if the token has it, else the `aud` that the provider lists. */
  readonly audience: string
  readonly claims: Claims
}

/** Verifies web identity tokens against an account's OpenID Connect providers. */
export interface WebIdentities {
  /** Throws `Fault`. */
  verify(token: string, account: LoadedAccount | undefined, now: Date): Promise<WebIdentity>
}

/** AWS documents no clock skew; a small one keeps two clocks of one machine room working. */
const clockSkewSeconds = 30
/** Real STS refuses tokens that are older, however long they are valid (observed, not documented). */
const maxAgeSeconds = 24 * 3600
const maxJwksBytes = 1_000_000
const fetchTimeoutMs = 5000

/** Makes the verifier. `ownKeys` gives the simulator's own public keys. */
export function createWebIdentities(options: {
  readonly world: LoadedWorld
  readonly ownKeys: () => readonly JsonWebKey[]
}): WebIdentities {
  const keysOf = async ({ keys }: LoadedOidcProvider): Promise<readonly JsonWebKey[]> => {
    if (keys.kind === 'simulator') return options.ownKeys()
    return keys.kind === 'jwks' ? keys.keys : await fetchKeys(keys.url)
  }
  return {
    async verify(token, account, now) {
      const jwt = readJwt(token)
      if (jwt === undefined) {
        throw invalidIdentityToken(
          'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
        )
      }
      const { iss } = jwt.claims
      const provider = [...options.world.oidcProviders.values()].find(
        ({ url, account: owner }) => url === iss && owner.id === account?.id,
      )
      if (provider === undefined) {
        const named = typeof iss === 'string' ? iss.slice(0, 255) : ''
        throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${named}`)
      }
      checkSignature(jwt, await keysOf(provider))
      const audience = audienceOf(jwt.claims, provider)
      checkTimes(jwt.claims, now)
      const { sub } = jwt.claims
      if (typeof sub !== 'string' || sub === '' || sub.length > 255) {
        throw invalidIdentityToken('The ID Token has no subject of 1 to 255 characters')
      }
      return { provider, subject: sub, audience, claims: jwt.claims }
    },
  }
}

function checkSignature(jwt: ReadJwt, keys: readonly JsonWebKey[]): void {
  const named = keys.filter(({ kid }) => jwt.keyId === undefined || kid === jwt.keyId)
  if (named.length === 0) {
    throw invalidIdentityToken(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    )
  }
  if (!named.some(key => isSignedBy(jwt, key))) {
    throw invalidIdentityToken('The ID Token is not signed by its issuer')
  }
}

function audienceOf(claims: Claims, provider: LoadedOidcProvider): string {
  const { aud, azp } = claims
  const named: unknown[] = azp !== undefined ? [azp] : Array.isArray(aud) ? aud : [aud]
  const audience = named.find(one => typeof one === 'string' && provider.clientIds.includes(one))
  if (typeof audience !== 'string') throw invalidIdentityToken('Incorrect token audience')
  return audience
}

function checkTimes(claims: Claims, now: Date): void {
  const seconds = Math.floor(now.getTime() / 1000)
  const { exp, iat, nbf } = claims
  if (!isTime(exp) || !isTime(iat) || !(nbf === undefined || isTime(nbf))) {
    throw invalidIdentityToken('The times of the ID Token (exp, iat, nbf) must be whole seconds')
  }
  if (seconds >= exp + clockSkewSeconds) {
    throw expired(
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${exp}`,
    )
  }
  if (seconds > iat + maxAgeSeconds) {
    throw expired('Token must be redeemed within 24 hours of issuance')
  }
  if (Math.max(iat, nbf ?? iat) > seconds + clockSkewSeconds) {
    throw invalidIdentityToken('The ID Token is not valid yet')
  }
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value)

const expired = (message: string): Fault => new Fault(400, 'ExpiredTokenException', message)

/** Keys are fetched for each token: a key that was rolled counts at once. */
async function fetchKeys(url: string): Promise<readonly JsonWebKey[]> {
  try {
    const signal = AbortSignal.timeout(fetchTimeoutMs)
    const response = await fetch(url, { signal, redirect: 'error' })
    if (!response.ok) throw new Error(`status ${response.status}`)
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > maxJwksBytes) throw new Error(`more than ${maxJwksBytes} bytes`)
      chunks.push(chunk)
    }
    const document: unknown = JSON.parse(Buffer.concat(chunks).toString())
    const isSet = typeof document === 'object' && document !== null && 'keys' in document
    if (!isSet || !Array.isArray(document.keys)) throw new Error('no key set')
    return document.keys
      .slice(0, 100)
      .filter(key => typeof key === 'object' && key !== null && !Array.isArray(key))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Fault(400, 'IDPCommunicationError', `Error fetching keys from ${url}: ${why}`)
  }
}

import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { SimulatorError } from '../errors.ts'
import type { JsonWebKey, LoadedWorld } from '../world/loaded.ts'
import { type Claims, type JwtAlgorithm, jwtAlgorithms, signJwt } from './jwt.ts'

/** What a minted token shall say. */
export interface MintOptions {
  /** `sub` */
  readonly subject: string
  /** `iss`: a provider of the world whose `jwks` is `simulator`, or the simulator's own. Default: the first of these. */
  readonly issuer?: string
  /** `aud`. Default: the first client id of the provider, or `sts.amazonaws.com`. */
  readonly audience?: string | readonly string[]
  /** Further claims, or others in the place of these: what a test of refusals needs. */
  readonly claims?: Claims
  /** Until `exp`, from now. Default 3600. */
  readonly expiresInSeconds?: number
  /** Default RS256. */
  readonly algorithm?: JwtAlgorithm
}

/** The simulator's own OpenID Connect issuer. */
export interface Issuer {
  /** Its own URL, with a discovery document below it. */
  readonly url: string
  /** The issuers that it mints for. */
  readonly issuers: readonly string[]
  /** A signed token. Throws `SimulatorError` `token_invalid` for an issuer that is not the simulator's. */
  mint(options: MintOptions): string
  /** Its public keys. */
  jwks(): readonly JsonWebKey[]
}

interface SigningKey {
  readonly key: KeyObject
  readonly keyId: string
  readonly jwk: JsonWebKey
}

const curves = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const

/** Makes the issuer at `url`. Its keys are made when they are first needed: RSA keys take their time. */
export function createIssuer(options: {
  readonly url: string
  readonly world: LoadedWorld
  readonly now: () => Date
}): Issuer {
  const { url, world, now } = options
  const providers = [...world.oidcProviders.values()].filter(
    ({ keys }) => keys.kind === 'simulator',
  )
  const issuers = [...new Set([...providers.map(provider => provider.url), url])]
  const keys = new Map<string, SigningKey>()
  const keyOf = (algorithm: JwtAlgorithm): SigningKey => {
    const type = algorithm.startsWith('RS') ? 'RSA' : algorithm
    const made = keys.get(type) ?? makeKey(algorithm)
    keys.set(type, made)
    return made
  }
  return Object.freeze({
    url,
    issuers,
    mint({ subject, issuer = issuers[0] ?? url, algorithm = 'RS256', ...more }: MintOptions) {
      if (!issuers.includes(issuer)) {
        const known = issuers.join(', ')
        throw new SimulatorError(
          'token_invalid',
          `${JSON.stringify(issuer)} is not an issuer of the simulator; these are: ${known}`,
        )
      }
      const audience =
        more.audience ??
        providers.find(provider => provider.url === issuer)?.clientIds[0] ??
        'sts.amazonaws.com'
      const seconds = Math.floor(now().getTime() / 1000)
      const claims = {
        iss: issuer,
        sub: subject,
        aud: audience,
        iat: seconds,
        nbf: seconds,
        exp: seconds + (more.expiresInSeconds ?? 3600),
        jti: randomUUID(),
        ...more.claims,
      }
      return signJwt(claims, { algorithm, ...keyOf(algorithm) })
    },
    jwks: () =>
      jwtAlgorithms.filter(name => /^(?:RS256|ES)/.test(name)).map(name => keyOf(name).jwk),
  })
}

function makeKey(algorithm: JwtAlgorithm): SigningKey {
  const curve = Object.entries(curves).find(([name]) => name === algorithm)?.[1]
  const { privateKey, publicKey } =
    curve === undefined
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: curve })
  const jwk = { ...publicKey.export({ format: 'jwk' }) }
  const keyId = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url').slice(0, 16)
  return { key: privateKey, keyId, jwk: { ...jwk, kid: keyId, use: 'sig' } }
}

/** Keys that the gateway makes for itself at its first need, and keeps in its store. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import type { Store } from '../../store/index.ts'
import { newToken, type RandomBytes } from '../tokens.ts'

/** A private key as a JWK (RFC 7517). */
export interface SigningJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly d: string
  readonly alg: 'ES256'
  readonly use: 'sig'
  readonly kid: string
}

/** What the OAuth endpoints sign with. */
export interface OauthKeys {
  readonly signing: SigningJwk
  /** For the cookies of a sign-in that is under way. */
  readonly cookies: string
}

/** Reads them, or makes those that are not there; of two processes the first one's count for both. */
export async function readOauthKeys(
  store: Store,
  random: RandomBytes,
  now: () => Date,
): Promise<OauthKeys> {
  const [signing, cookies] = [
    await kept(store, 'oauth-signing', now, newSigningKey),
    await kept(store, 'oauth-cookies', now, () => newToken(random)),
  ]
  const jwk = createPrivateKey(signing).export({ format: 'jwk' })
  const { x = '', y = '', d = '' } = jwk
  // RFC 7638 names a key by its hash: short, and another key has another one.
  const kid = x.slice(0, 16)
  return { signing: { kty: 'EC', crv: 'P-256', x, y, d, alg: 'ES256', use: 'sig', kid }, cookies }
}

/** PEM. Node makes it: a key takes its randomness from nowhere else. */
function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

async function kept(
  { db }: Store,
  name: string,
  now: () => Date,
  make: () => string,
): Promise<string> {
  const read = () =>
    db.selectFrom('server_keys').select('value').where('name', '=', name).executeTakeFirst()
  const known = await read()
  if (known !== undefined) return known.value
  await db
    .insertInto('server_keys')
    .values({ name, value: make(), created_at: now().getTime() })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const mine = await read()
  if (mine === undefined) throw new Error(`the key ${name} was not kept`)
  return mine.value
}

/** The tokens of one server between commands. */
import type { Connection } from '../../connections/connection.ts'
import type { Remembered } from '../../providers/provider.ts'
import { jsonObject } from './exchange.ts'
import { isOfOrigin, issuerOf, type OAuthServer } from './oauth-server.ts'
import type { Tokens } from './token-endpoint.ts'

/** What the vault keeps, as JSON. The endpoints spare the next command a question. */
export interface HeldTokens {
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint: string | undefined
  readonly accessToken: string
  /** RFC 3339, UTC. */
  readonly accessExpires: string
  readonly refreshToken: string | undefined
}

const name = 'oauth'

/** The held tokens; undefined when there are none for this very server. */
export async function readHeld(
  remembered: Remembered,
  connection: Pick<Connection, 'url'>,
): Promise<HeldTokens | undefined> {
  const issuer = issuerOf(connection.url)
  const held = jsonObject((await remembered.get(name)) ?? '')
  const text = (key: keyof HeldTokens): string | undefined => {
    const value = held?.[key]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const endpoint = (key: 'tokenEndpoint' | 'revocationEndpoint') => {
    const value = text(key)
    return value !== undefined && isOfOrigin(value, issuer) ? value : undefined
  }
  const tokenEndpoint = endpoint('tokenEndpoint')
  const accessToken = text('accessToken')
  // A connection that was pointed elsewhere: the tokens of one server are not shown to another.
  if (text('issuer') !== issuer || tokenEndpoint === undefined || accessToken === undefined) {
    return undefined
  }
  return Object.freeze({
    issuer,
    tokenEndpoint,
    revocationEndpoint: endpoint('revocationEndpoint'),
    accessToken,
    accessExpires: text('accessExpires') ?? '',
    refreshToken: text('refreshToken'),
  })
}

/** Keeps what a sign-in or a refresh gave. */
export async function keepTokens(
  remembered: Remembered,
  server: Pick<OAuthServer, 'issuer' | 'tokenEndpoint' | 'revocationEndpoint'>,
  tokens: Tokens,
  now: Date,
): Promise<HeldTokens> {
  const { issuer, tokenEndpoint, revocationEndpoint } = server
  const held: HeldTokens = Object.freeze({
    issuer,
    tokenEndpoint,
    revocationEndpoint,
    accessToken: tokens.accessToken,
    accessExpires: new Date(now.getTime() + tokens.expiresIn * 1000).toISOString(),
    refreshToken: tokens.refreshToken,
  })
  await remembered.set(name, JSON.stringify(held))
  return held
}

export async function forgetTokens(remembered: Remembered): Promise<void> {
  await remembered.delete(name)
}

/** Whether the access token is good for a call that begins now. */
export function isFresh(held: HeldTokens, now: Date): boolean {
  const leftMs = Date.parse(held.accessExpires) - now.getTime()
  return leftMs > 30_000
}

/** Sign-in with the browser of this machine: authorization code and PKCE (RFC 8252, RFC 7636). */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Failure } from '../../failure.ts'
import { listenOnLoopback, type Reply } from '../../open/listen-on-loopback.ts'
import type { SignInParts } from '../../providers/provider.ts'
import { said } from './exchange.ts'
import { checkIdToken } from './id-token.ts'
import { clientId, hostName, type OAuthServer, scope } from './oauth-server.ts'
import { askForTokens, refusedSignIn, type TokenError, type Tokens } from './token-endpoint.ts'

type Parts = Pick<SignInParts, 'send' | 'ask' | 'openBrowser' | 'now' | 'random'>
type Outcome = { readonly code: string } | TokenError

const defaultTimeoutMs = 5 * 60_000

/**
 * Opens the sign-in page and waits until the browser comes back to a page of ours. Throws `Failure`
 * `signInRefused`, `cannotAsk` (nobody came back), `network`, `provider` or `listen`.
 */
export async function signInByBrowser(
  server: OAuthServer,
  parts: Parts,
  timeoutMs = defaultTimeoutMs,
): Promise<Tokens> {
  const [state, nonce, verifier] = [random(parts), random(parts), random(parts)]
  const loopback = await listenOnLoopback<Outcome>({
    path: '/callback',
    timeoutMs,
    accept: query => outcomeOf(query, state, server.issuer),
  })
  try {
    const redirectUri = loopback.url
    const address = addressOf(server, { redirectUri, state, nonce, verifier })
    parts.ask.tell(`Sign in in your browser. If none opens, go to ${address}`)
    await parts.openBrowser(address)
    const waiting = parts.ask.waiting('Waiting for the browser')
    const outcome = await loopback.arrival.finally(() => waiting.done())
    if ('error' in outcome) throw refusedSignIn(outcome)
    return await redeem(server, { code: outcome.code, redirectUri, nonce, verifier }, parts)
  } finally {
    loopback.close()
  }
}

async function redeem(
  server: OAuthServer,
  grant: {
    readonly code: string
    readonly redirectUri: string
    readonly nonce: string
    readonly verifier: string
  },
  parts: Parts,
): Promise<Tokens> {
  const { issuer, tokenEndpoint } = server
  const fields = {
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUri,
    code_verifier: grant.verifier,
  }
  const tokens = await askForTokens(tokenEndpoint, fields, parts.send)
  if ('error' in tokens) throw refusedSignIn(tokens)
  if (tokens.idToken === undefined) {
    throw new Failure('provider', 'the server answered without an ID token', 'update the server')
  }
  checkIdToken(tokens.idToken, { issuer, nonce: grant.nonce, now: parts.now() })
  return tokens
}

function addressOf(
  server: OAuthServer,
  own: {
    readonly redirectUri: string
    readonly state: string
    readonly nonce: string
    readonly verifier: string
  },
): string {
  const address = new URL(server.authorizationEndpoint)
  const parameters = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: own.redirectUri,
    scope,
    // OpenID Connect Core 1.0, section 11: without it there is no refresh token.
    prompt: 'consent',
    state: own.state,
    nonce: own.nonce,
    code_challenge: createHash('sha256').update(own.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    host_name: hostName(),
  }
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value)
  return address.href
}

/**
 * The answer that the browser brought, when it is that of our request (state, RFC 6749, 10.12) and of our
 * server (iss, RFC 9207). A page that guesses at this listener is answered with a refusal, and waited on.
 */
function outcomeOf(
  query: URLSearchParams,
  state: string,
  issuer: string,
): Reply<Outcome> | undefined {
  const one = (name: string) => {
    const values = query.getAll(name)
    return values.length === 1 ? values[0] : undefined
  }
  if (!isEqual(one('state') ?? '', state) || one('iss') !== issuer) return undefined
  const error = one('error')
  if (error !== undefined) {
    const description = said(query.get('error_description') ?? undefined)
    return { value: { error: error.slice(0, 100), description }, page: refusedPage }
  }
  const code = one('code')
  if (code === undefined || !/^[\x21-\x7e]{1,2048}$/.test(code)) return undefined
  return { value: { code }, page: signedInPage }
}

const signedInPage = {
  title: 'You are signed in',
  text: 'You may close this window and go back to the terminal.',
}
const refusedPage = {
  title: 'You are not signed in',
  text: 'The terminal says why. You may close this window.',
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** 256 bits of chance in 43 characters, as a code verifier must have (RFC 7636, section 4.1). */
function random(parts: Parts): string {
  return Buffer.from(parts.random(32)).toString('base64url')
}

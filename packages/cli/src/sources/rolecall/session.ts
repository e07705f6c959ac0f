/** Being signed in at a server: an access token whenever one is needed, with as few questions as possible. */
import type { Connection } from '../../connections/connection.ts'
import { connectionOption } from '../../connections/connection-option.ts'
import { Failure } from '../../failure.ts'
import { canOpen } from '../../open/open-url.ts'
import type { SignInParts } from '../../providers/provider.ts'
import { forgetTokens, type HeldTokens, isFresh, keepTokens, readHeld } from './held-tokens.ts'
import { findServer, serverUrl } from './oauth-server.ts'
import { askForTokens, refusedSignIn } from './token-endpoint.ts'
import { tokenLock } from './token-lock.ts'

/** What to do about a token that the server did not take. */
export interface Refusal {
  readonly token: string
  /** A second refusal: the refresh token has been tried. */
  readonly signIn: boolean
}

/** One sign-in at a server. */
export interface Session {
  /**
   * A token for the API; after a refusal another one, by the refresh token first and by the person last.
   * Throws `Failure` `cannotAsk` where nobody can be asked.
   */
  accessToken(refusal?: Refusal): Promise<string>
}

/** The session of a connection. Calls at the same time share one refresh and one sign-in. */
export function createSession(connection: Connection, parts: SignInParts): Session {
  let latest: HeldTokens | undefined
  let running: Promise<HeldTokens> | undefined
  const isUsable = (held: HeldTokens | undefined, refusal: Refusal | undefined) =>
    held !== undefined && held.accessToken !== refusal?.token && isFresh(held, parts.now())

  async function current(refusal: Refusal | undefined): Promise<HeldTokens> {
    const known = await readHeld(parts.remembered, connection)
    if (known !== undefined && isUsable(known, refusal)) return known
    // A refresh token works once, and its second use ends the sign-in everywhere (RFC 9700, 4.14.2): one
    // process refreshes, or asks the person, and the others find what it got.
    return await tokenLock(
      connection,
      parts,
    )(async () => {
      const held = await readHeld(parts.remembered, connection)
      if (held !== undefined && isUsable(held, refusal)) return held
      const renewed =
        held === undefined || refusal?.signIn === true ? undefined : await refresh(held, parts)
      return renewed ?? (await signInAgain(connection, parts))
    })
  }

  return Object.freeze({
    async accessToken(refusal?: Refusal) {
      if (latest !== undefined && isUsable(latest, refusal)) return latest.accessToken
      running ??= current(refusal).finally(() => {
        running = undefined
      })
      latest = await running
      return latest.accessToken
    },
  })
}

/** Undefined when the sign-in has ended at the server. */
async function refresh(held: HeldTokens, parts: SignInParts): Promise<HeldTokens | undefined> {
  const { refreshToken, tokenEndpoint } = held
  if (refreshToken === undefined) return undefined
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken }
  const ask = () => askForTokens(tokenEndpoint, fields, parts.send)
  // The server takes the token a second time for a minute: the answer may have been lost on the way.
  const tokens = await ask().catch((error: unknown) => {
    if (error instanceof Failure && error.reason === 'network') return ask()
    throw error
  })
  if (!('error' in tokens)) {
    const kept = tokens.refreshToken === undefined ? { ...tokens, refreshToken } : tokens
    return await keepTokens(parts.remembered, held, kept, parts.now())
  }
  if (tokens.error !== 'invalid_grant') throw refusedSignIn(tokens)
  await forgetTokens(parts.remembered)
  return undefined
}

async function signInAgain(connection: Connection, parts: SignInParts): Promise<HeldTokens> {
  if (!canSignIn(connection, parts)) {
    const isLogin = parts.browserWish?.isLogin === true && !connection.skipPrompt
    throw new Failure(
      'cannotAsk',
      `nobody is signed in at ${new URL(serverUrl(connection.url)).host}, and ${isLogin ? 'no browser opens here' : 'nobody can be asked here'}`,
      isLogin
        ? `get a code for a browser elsewhere: rolecall login${connectionOption(connection.name)} --device`
        : `sign in where you can be asked: rolecall login${connectionOption(connection.name)}`,
    )
  }
  const server = await findServer(connection.url, parts.send)
  const tokens = await (isByDevice(parts)
    ? import('./device-sign-in.ts').then(({ signInByDevice }) => signInByDevice(server, parts))
    : import('./browser-sign-in.ts').then(({ signInByBrowser }) =>
        signInByBrowser(server, parts, connection.timeoutMs),
      ))
  return await keepTokens(parts.remembered, server, tokens, parts.now())
}

/** `rolecall login` needs a browser and no answer on the terminal; other commands begin nothing unasked. */
function canSignIn(
  { skipPrompt }: Connection,
  { ask, browserWish, terminal }: SignInParts,
): boolean {
  if (skipPrompt) return false
  if (ask.possible) return true
  if (browserWish?.isLogin !== true || terminal === undefined) return false
  const { device, browser } = browserWish
  return device === true || canOpen({ env: terminal.env, browser })
}

/** By a code when it was asked for, and where no browser opens. */
function isByDevice({ browserWish, terminal }: SignInParts): boolean {
  if (browserWish?.device === true) return true
  return terminal !== undefined && !canOpen({ env: terminal.env, browser: browserWish?.browser })
}

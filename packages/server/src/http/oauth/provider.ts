/** oidc-provider for one client, the `rolecall` command: what is not needed for it is off. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type {
  Configuration,
  errors as Errors,
  KoaContextWithOIDC,
  default as Provider,
} from 'oidc-provider'
import { ServerError } from '../../errors.ts'
import type { BrowserSession } from '../../signin/browser-sessions.ts'
import type { CommandSignIn, OauthKeys, OauthRecords } from '../../signin/command-line/index.ts'
import { clientId, scopes } from '../../signin/command-line/index.ts'
import { createCounter } from '../counter.ts'
import { createAdapter } from './adapter.ts'
import { ofDevices, pollSeconds, withoutExtras } from './answers.ts'
import { addressOf, shownText } from './client-facts.ts'
import { interactionPath, paths } from './paths.ts'

/** In seconds. A code is fetched at once; a person needs time to sign in. */
const lives = { accessToken: 300, code: 60, waiting: 600, idToken: 300 } as const
const cookieNames = {
  session: 'rolecall-oauth',
  interaction: 'rolecall-oauth-ask',
  resume: 'rolecall-oauth-resume',
} as const

/** What the endpoints are made of. */
export interface OauthParts {
  readonly publicUrl: string
  readonly keys: OauthKeys
  readonly records: OauthRecords
  readonly commands: CommandSignIn
  readonly now: () => Date
  /** Makes a page of an error that cannot go back to the command. */
  readonly errorPage: (context: KoaContextWithOIDC, text: string) => void
  /** Told of a refusal that no step behind the endpoints has recorded. */
  readonly onRefused: (address: string, refusal: OauthRefusal) => Promise<void>
  /** Told of what went wrong here; the command was told that something did. */
  readonly onFailure: (error: unknown) => void
}

/** An error that an endpoint answers with. */
export interface OauthRefusal {
  /** Of RFC 6749 or 8628. */
  readonly code: string
  readonly reason: string
  /** The endpoint, in the words of oidc-provider. */
  readonly route: string
}

/** No refusal, or recorded where it was decided. */
const recordedElsewhere: ReadonlySet<string> = new Set([
  'access_denied',
  'authorization_pending',
  'slow_down',
  'temporarily_unavailable',
])

/** The endpoints. */
export interface Oauth {
  readonly provider: Provider
  /** Answers a request whose address begins behind `/oauth`. */
  readonly listen: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** Loads oidc-provider, and sets it up. */
export async function createOauthProvider(parts: OauthParts): Promise<Oauth> {
  const oidc = await import('oidc-provider')
  const isHttps = parts.publicUrl.startsWith('https:')
  const { commands } = parts
  /** Whose tokens a request asks for. */
  const sessions = new WeakMap<object, BrowserSession>()

  /** Seconds until that session ends. */
  function leftOf({ req }: KoaContextWithOIDC): number {
    const ends = sessions.get(req)?.expiresAt.getTime() ?? 0
    return Math.max(1, Math.floor((ends - parts.now().getTime()) / 1000))
  }

  async function onRevoked(grantId: string): Promise<void> {
    const context = oidc.Provider.ctx
    const isAsked = context?.oidc.route === 'revocation'
    const why = isAsked ? 'the command line signed out' : 'a code or token was used twice'
    await commands.endGrant(grantId, why, context === undefined ? '' : addressOf(context.req))
  }

  /** RFC 6749, 5.2 has no word for later; the one of 4.1.2.1 keeps the command from giving its token up. */
  async function sessionOf(grantId: string): Promise<BrowserSession | undefined> {
    try {
      return await commands.ofGrant(grantId)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      throw new oidc.errors.TemporarilyUnavailable(error.message)
    }
  }

  const adapterParts = {
    records: parts.records,
    onRevoked,
    alreadyUsed: () => new oidc.errors.InvalidGrant('it was used before'),
  }
  const configuration: Configuration = {
    adapter: model => createAdapter(model, adapterParts),
    clients: [
      {
        client_id: clientId,
        client_name: 'The rolecall command',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: [
          'authorization_code',
          'refresh_token',
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
        response_types: ['code'],
        // RFC 8252, 7.3: any port. Not `localhost`, which may resolve to another machine (8.3).
        redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
        id_token_signed_response_alg: 'ES256',
        scope: scopes.join(' '),
      },
    ],
    scopes: [...scopes],
    claims: { openid: ['sub'] },
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    jwks: { keys: [{ ...parts.keys.signing }] },
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => token.clientId === client.clientId,
      },
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '****-****',
        deviceInfo: context => ({
          address: addressOf(context.req),
          userAgent: shownText(context.get('user-agent')),
        }),
      },
    },
    extraParams: ['host_name'],
    cookies: {
      keys: [parts.keys.cookies],
      names: cookieNames,
      short: { httpOnly: true, sameSite: 'lax', secure: isHttps, signed: true, overwrite: true },
      long: { httpOnly: true, sameSite: 'lax', secure: isHttps, signed: true, overwrite: true },
    },
    interactions: { url: (_context, { uid }) => interactionPath(uid) },
    async findAccount(context, accountId, token) {
      const account = { accountId, claims: () => ({ sub: accountId }) }
      // At the browser's end of it: our page has just said who it is.
      if (token === undefined) return account
      const session = await sessionOf(token.grantId ?? '')
      if (session?.principal.id !== accountId) return undefined
      sessions.set(context.req, session)
      return account
    },
    // It asks when the token has been found good, and before it gives others for it.
    async rotateRefreshToken({ req }) {
      const session = sessions.get(req)
      if (session === undefined) throw new oidc.errors.InvalidGrant('its sign-in has ended')
      await commands.refreshed(session, addressOf(req))
      return true
    },
    expiresWithSession: () => false,
    revokeGrantPolicy: () => true,
    clientBasedCORS: () => false,
    ttl: {
      AccessToken: context => Math.min(lives.accessToken, leftOf(context)),
      RefreshToken: context => leftOf(context),
      AuthorizationCode: lives.code,
      DeviceCode: lives.waiting,
      IdToken: lives.idToken,
      Interaction: lives.waiting,
      Session: lives.waiting,
      Grant: lives.waiting,
    },
    renderError(context, out) {
      parts.errorPage(context, out.error_description ?? out.error)
    },
  }
  const provider = new oidc.Provider(`${parts.publicUrl}${paths.root}`, configuration)
  // It takes scheme and host from the request, and trusts every proxy or none: ours are known.
  const { protocol, host } = new URL(parts.publicUrl)
  Object.defineProperties(provider.request, {
    protocol: { get: () => protocol.slice(0, -1) },
    host: { get: () => host },
  })
  // Koa would write to standard error what the endpoints have answered as an error of theirs.
  provider.onerror = parts.onFailure
  provider.on('server_error', (_context, error) => parts.onFailure(error))
  const refusals = new WeakMap<object, OauthRefusal>()
  const onError = (context: KoaContextWithOIDC, error: Errors.OIDCProviderError): void => {
    if (recordedElsewhere.has(error.error)) return
    const reason = (error.error_detail ?? error.error_description ?? error.error).slice(0, 200)
    refusals.set(context.req, { code: error.error, reason, route: context.oidc.route })
  }
  provider.on('authorization.error', onError)
  provider.on('device_authorization.error', onError)
  provider.on('grant.error', onError)
  const polls = createCounter(pollSeconds * 2000, 20_000)
  provider.use(async (context, next) => {
    await next()
    const refusal = refusals.get(context.req)
    if (refusal !== undefined) await parts.onRefused(addressOf(context.req), refusal)
    withoutExtras(context, cookieNames.session)
    ofDevices(context, parts.publicUrl, polls)
  })
  return { provider, listen: provider.callback() }
}

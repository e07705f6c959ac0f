import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import { clientId } from '../../signin/command-line/index.ts'
import type { BrowserSession, CommandClient } from '../../signin/index.ts'
import { clientAddress, networkOf } from '../client-address.ts'
import { checkNavigation } from '../cross-site.ts'
import { shownText } from '../oauth/client-facts.ts'
import { handOver } from '../oauth/mount.ts'
import { endpoints, interactionPath, paths } from '../oauth/paths.ts'
import { createOauthProvider, type Oauth } from '../oauth/provider.ts'
import { sendAllowPage } from '../pages/allow-page.ts'
import { sendContinuePage } from '../pages/continue-page.ts'
import { sendCodePage, sendDecidedPage } from '../pages/device-pages.ts'
import { html } from '../pages/html.ts'
import { layout, newNonce } from '../pages/layout.ts'
import { visitOf } from '../request-facts.ts'
import { sendToSignIn } from '../require-person.ts'
import { pagePolicy } from '../security-headers.ts'
import type { Steps } from '../steps.ts'
import { formOf, single, takeForms } from './saml-form.ts'

/** Most bytes of a body: a form with a few tokens. */
const bodyLimit = 16 * 1024
const params = z.object({ uid: z.string().max(64) })
const codeQuery = z.object({ user_code: z.string().max(32).optional() })

/** OAuth 2 and OpenID Connect for the `rolecall` command, and the pages that ask the person. */
export async function oauthRoutes(app: FastifyInstance, steps: Steps): Promise<void> {
  const { gateway, limits } = steps
  app.addHook('onRequest', async request => {
    if (!gateway.config().commandLine.enabled) throw new ServerError('not-found')
    limits.commandLine(clientAddress(request))
  })
  const oauth = lazily(() =>
    newOauth(steps, error => app.log.error({ err: error }, 'OAuth failed')),
  )
  await app.register(async scope => endpointRoutes(scope, oauth))
  await app.register(async scope => {
    takeForms(scope, bodyLimit)
    interactionRoutes(scope, steps, oauth)
    deviceRoutes(scope, steps)
  })
}

/** What oidc-provider answers; it reads the bodies itself. */
function endpointRoutes(app: FastifyInstance, oauth: () => Promise<Oauth>): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request, _payload, done) => {
    const length = Number(request.headers['content-length'] ?? Number.NaN)
    done(length <= bodyLimit ? null : new ServerError('body-too-large'))
  })
  for (const { method, path } of endpoints) {
    app.route({
      method,
      url: `${paths.root}${path}`,
      schema: { hide: true },
      // Programs ask here. No cookie of a browser counts but at the two pages that only redirect.
      config: { crossSite: true },
      handler: async (request, reply) => {
        if (path.startsWith('/auth')) checkNavigation(request)
        await handOver(await oauth(), request, reply)
      },
    })
  }
}

/** The page of a sign-in whose answer goes back to a port of the command's own. */
function interactionRoutes(
  plain: FastifyInstance,
  steps: Steps,
  oauth: () => Promise<Oauth>,
): void {
  const { gateway } = steps
  const app = plain.withTypeProvider<ZodTypeProvider>()

  async function waiting(request: FastifyRequest, reply: FastifyReply, uid: string) {
    try {
      const found = await (await oauth()).provider.interactionDetails(request.raw, reply.raw)
      if (found.uid === uid && found.result === undefined) return found
    } catch (error) {
      if (!isSessionNotFound(error)) throw error
    }
    throw new ServerError('command-signin-ended')
  }

  const askedBy = (request: FastifyRequest, hostName: unknown): CommandClient => ({
    hostName: shownText(hostName),
    userAgent: undefined,
    address: clientAddress(request),
    way: 'loopback',
  })

  app.get(interactionPath(':uid'), { schema: { hide: true, params } }, async (request, reply) => {
    checkNavigation(request)
    const found = await waiting(request, reply, request.params.uid)
    const session = await browserSession(steps, request)
    if (session === undefined) return sendToSignIn(gateway, request, reply)
    const now = gateway.now()
    const question = {
      client: askedBy(request, found.params.host_name),
      principal: session.principal,
      browserAddress: clientAddress(request),
      askedAt: now,
      now,
      lifetimeSeconds: gateway.config().commandLine.lifetimeSeconds,
      userCode: undefined,
      action: interactionPath(found.uid),
    }
    return sendAllowPage(reply, question, gateway.random)
  })

  app.post(interactionPath(':uid'), { schema: { hide: true, params } }, async (request, reply) => {
    const found = await waiting(request, reply, request.params.uid)
    const session = await requireSession(steps, request)
    const { principal } = session
    const asked = {
      client: askedBy(request, found.params.host_name),
      scope: String(found.params.scope ?? ''),
      browserAddress: clientAddress(request),
    }
    const isAllowed = decisionOf(request.body)
    // Of a double click one counts: each would let a command line in.
    const isMine = await gateway.oauth.records.consume('Interaction', found.uid)
    if (!isMine) throw new ServerError('command-signin-ended')
    if (!isAllowed) await gateway.commands.deny(session, asked)
    const result = isAllowed
      ? {
          login: {
            accountId: principal.id,
            amr: [...principal.amr],
            ts: Math.floor(principal.authenticatedAt.getTime() / 1000),
            remember: false,
          },
          consent: { grantId: await gateway.commands.allow(session, asked) },
        }
      : { error: 'access_denied', error_description: 'the person did not allow it' }
    const { raw } = request
    const next = await (await oauth()).provider.interactionResult(raw, reply.raw, result)
    const title = isAllowed ? 'The command is signed in' : 'The command is not signed in'
    // A redirect would be held to the `form-action` of the page, which names no port of a computer.
    return sendContinuePage(reply, new URL(next).pathname, gateway.random, title)
  })
}

/** The page for a command on a computer without a browser. */
function deviceRoutes(plain: FastifyInstance, steps: Steps): void {
  const { gateway, limits } = steps
  const app = plain.withTypeProvider<ZodTypeProvider>()

  async function find(request: FastifyRequest, session: BrowserSession, userCode: string) {
    limits.userCode(clientAddress(request), session.principal.id)
    const device = await gateway.commands.waitingDevice(userCode)
    if (device === undefined) throw new ServerError('unknown-user-code')
    const { params: asked, deviceInfo } = device.payload
    const info = fieldsOf(deviceInfo)
    const client: CommandClient = {
      hostName: shownText(fieldsOf(asked).host_name),
      userAgent: shownText(info.userAgent),
      address: String(info.address ?? 'unknown'),
      way: 'device',
    }
    return { device, client, scope: String(fieldsOf(asked).scope ?? '') }
  }

  app.get(
    paths.device,
    { schema: { hide: true, querystring: codeQuery } },
    async (request, reply) => {
      checkNavigation(request)
      const session = await browserSession(steps, request)
      if (session === undefined) return sendToSignIn(gateway, request, reply)
      const { user_code: userCode } = request.query
      if (userCode === undefined || userCode === '') return sendCodePage(reply, gateway.random)
      const { device, client } = await find(request, session, userCode)
      const question = {
        client,
        principal: session.principal,
        browserAddress: clientAddress(request),
        askedAt: device.createdAt,
        now: gateway.now(),
        lifetimeSeconds: gateway.config().commandLine.lifetimeSeconds,
        userCode: userCode.toUpperCase(),
        action: paths.device,
      }
      return sendAllowPage(reply, question, gateway.random)
    },
  )

  app.post(paths.device, { schema: { hide: true } }, async (request, reply) => {
    const session = await requireSession(steps, request)
    const isAllowed = decisionOf(request.body)
    const userCode = single(formOf(request.body), 'user_code') ?? ''
    const { device, client, scope } = await find(request, session, userCode.slice(0, 32))
    const asked = { client, scope, browserAddress: clientAddress(request) }
    await gateway.commands.decideDevice(device, session, asked, isAllowed)
    return sendDecidedPage(reply, isAllowed, gateway.random)
  })
}

/** The session of this browser; undefined when nobody is signed in. Throws `session-needed`. */
async function browserSession(
  { gateway, cookies }: Steps,
  request: FastifyRequest,
): Promise<BrowserSession | undefined> {
  const person = await gateway.identify(visitOf(request, cookies))
  if (person === undefined) return undefined
  // A proxy's word counts for one request, and a command line is signed in for longer.
  if (person.expiresAt === undefined) throw new ServerError('session-needed')
  return gateway.sessionOf(cookies.session.read(request))
}

async function requireSession(steps: Steps, request: FastifyRequest): Promise<BrowserSession> {
  const session = await browserSession(steps, request)
  if (session === undefined) throw new ServerError('not-signed-in')
  return session
}

function decisionOf(body: unknown): boolean {
  const decision = single(formOf(body), 'decision')
  if (decision !== 'allow' && decision !== 'deny') throw new ServerError('bad-request')
  return decision === 'allow'
}

async function newOauth({ gateway }: Steps, onFailure: (error: unknown) => void): Promise<Oauth> {
  return createOauthProvider({
    publicUrl: gateway.config().publicUrl,
    keys: await gateway.oauth.keys(),
    records: gateway.oauth.records,
    commands: gateway.commands,
    now: gateway.now,
    async onRefused(address, { code, reason, route }) {
      const event = {
        type: 'signin.refused',
        result: 'refused',
        address,
        code,
        reason,
        detail: { client: clientId, request: route },
      } as const
      try {
        await gateway.recordRefusal.ofNetwork(`oauth ${code} ${route} ${networkOf(address)}`, event)
      } catch (error) {
        // Nothing leaves with a refusal, so it stands also when it cannot be recorded.
        onFailure(error)
      }
    },
    onFailure,
    errorPage(context: KoaContextWithOIDC, text: string) {
      const nonce = newNonce(gateway.random)
      const title = 'The command could not be signed in'
      context.set('content-security-policy', pagePolicy(nonce))
      context.type = 'html'
      context.body = layout(
        title,
        nonce,
        html`<h1>${title}</h1>
<p>Run <code>rolecall login</code> again; if it happens again, update the command.</p>
<p class="soft">${text}</p>`,
      )
    },
  })
}

/** Made at the first call; a failure is not kept. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return async () => {
    made ??= make()
    try {
      return await made
    } catch (error) {
      made = undefined
      throw error
    }
  }
}

function isSessionNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'SessionNotFound'
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

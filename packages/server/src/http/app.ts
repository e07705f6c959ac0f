/** The HTTP edge: one Fastify app with every route. */
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createRequire } from 'node:module'
import fastifyCookie from '@fastify/cookie'
import fastifySwagger from '@fastify/swagger'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import { ServerError } from '../errors.ts'
import { atRoute } from './acs-paths.ts'
import { besideGateway, takeStreams } from './beside-gateway.ts'
import { clientAddress } from './client-address.ts'
import { createCookies, sessionCookieName } from './cookies.ts'
import { refuseCrossSite } from './cross-site.ts'
import { answerErrors, sendError } from './error-handler.ts'
import type { Gateway } from './gateway.ts'
import { createRateLimits } from './rate-limits.ts'
import { createRecordRefusal } from './record-refusals.ts'
import { logRequests } from './request-log.ts'
import { explainApiRoutes } from './routes/api-explain.ts'
import { roleApiRoutes } from './routes/api-roles.ts'
import { sessionApiRoutes } from './routes/api-sessions.ts'
import { signInApiRoutes } from './routes/api-sign-in.ts'
import { consoleRoute } from './routes/console.ts'
import { federationApiRoutes, sendAfpError } from './routes/federation-api.ts'
import { headersRoute } from './routes/headers.ts'
import { healthRoute } from './routes/health.ts'
import { oauthRoutes } from './routes/oauth.ts'
import { portalRoutes } from './routes/portal.ts'
import { samlRoutes } from './routes/saml.ts'
import { samlIdpRoute } from './routes/saml-idp.ts'
import { targetRoute } from './routes/targets.ts'
import { addSecurityHeaders, setSecurityHeaders } from './security-headers.ts'
import { tlsOptions } from './tls-options.ts'

/** A client that sends slowly, or much, holds a socket no longer than this; headers in bytes. */
const limits = {
  requestTimeout: 30_000,
  headersTimeout: 15_000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 16 * 1024,
}

/** What the app is built from. */
export interface AppOptions {
  readonly gateway: Gateway
  readonly portal: { readonly directory: string } | undefined
  readonly log: boolean
}

/** Builds the app. `publicUrl`, `listen`, `targets.prefix` and the prefixes of `federationApi` are those of the first configuration. */
export async function createApp({ gateway, portal, log }: AppOptions): Promise<FastifyInstance> {
  const config = gateway.config()
  const { publicUrl } = config
  const isHttps = publicUrl.startsWith('https:')
  const app = newFastify(gateway, log)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeContentTypeParser('text/plain')
  takeEmptyJson(app)
  addSecurityHeaders(app, isHttps)
  if (log) logRequests(app)
  const cookies = createCookies(isHttps)
  const recordRefusal = createRecordRefusal(gateway, cookies)
  answerErrors(app, gateway.random, recordRefusal)
  await app.register(fastifyCookie)
  refuseCrossSite(app, publicUrl)
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Rolecall', version: packageVersion() },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: sessionCookieName(isHttps) },
          commandLine: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { commandLine: [] }],
    },
    transform: jsonSchemaTransform,
  })

  const steps = { gateway, cookies, limits: createRateLimits(() => gateway.config().limits) }
  app.addHook('onRequest', async request => {
    if (request.url.startsWith('/api/')) steps.limits.api(clientAddress(request))
  })
  healthRoute(app, gateway)
  signInApiRoutes(app, steps)
  roleApiRoutes(app, steps)
  headersRoute(app, steps)
  sessionApiRoutes(app, steps)
  explainApiRoutes(app, steps)
  samlIdpRoute(app, gateway)
  consoleRoute(app, steps)
  targetRoute(app, { ...steps, prefix: config.targets.prefix })
  await app.register(async scope => samlRoutes(scope, steps))
  await app.register(async scope => oauthRoutes(scope, steps))
  const { federationApi: api, recentPasswords } = gateway
  for (const { prefix } of config.federationApi) {
    await app.register(async scope =>
      federationApiRoutes(scope, prefix, { ...steps, api, recentPasswords, recordRefusal }),
    )
  }
  if (portal !== undefined) await portalRoutes(app, { gateway, directory: portal.directory })
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  await app.ready()
  return app
}

function newFastify(gateway: Gateway, log: boolean): FastifyInstance {
  const { tls } = gateway.config().listen
  const options = {
    bodyLimit: 16 * 1024,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 128 },
    trustProxy: gateway.isTrustedProxy,
    rewriteUrl: (request: IncomingMessage) => atRoute(request, gateway.config()),
    // An address that cannot be decoded never reaches a hook or the error handler.
    frameworkErrors(_error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
      setSecurityHeaders(reply, gateway.config().publicUrl.startsWith('https:'))
      const error = new ServerError('bad-request')
      const { federationApi } = gateway.config()
      if (federationApi.some(({ prefix }) => request.url.startsWith(`${prefix}/`))) {
        sendAfpError(request, reply, error)
      } else sendError(request, reply, error, gateway.random)
    },
    logger: log,
    logController: new LogController({ disableRequestLogging: true }),
  }
  return Fastify({
    ...options,
    serverFactory(handler) {
      const listener = besideGateway(gateway.signing, handler)
      const server =
        tls === undefined
          ? createHttpServer(limits, listener)
          : createHttpsServer(
              { ...limits, ...tlsOptions(gateway.config(), tls), minVersion: 'TLSv1.2' },
              listener,
            )
      takeStreams(server, gateway.signing, handler)
      return server
    },
  })
}

/** A JSON body may be empty where the schema allows it. */
function takeEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, String(body), done)
  })
}

function packageVersion(): string {
  const file = createRequire(import.meta.url).resolve('../../package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8'))
  return String(version)
}

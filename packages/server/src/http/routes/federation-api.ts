import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { afpAnswer, errorDocument, type FederationApi, writeJson } from '../../delivery/index.ts'
import { ServerError } from '../../errors.ts'
import { type AfpCaller, afpCaller, type CallerSteps } from '../afp-caller.ts'
import { basicChallenge } from '../basic-credentials.ts'
import { clientAddress } from '../client-address.ts'
import { answerErrorsBy } from '../error-handler.ts'
import { headerText } from '../header-text.ts'
import { cameOverTls } from '../over-tls.ts'
import type { RecordRefusal } from '../record-refusals.ts'

/** What the routes of one mount are made of. */
export interface FederationApiSteps extends CallerSteps {
  readonly api: FederationApi
  readonly recordRefusal: RecordRefusal
}

const role = '/account/:account/:role'
const metadata = '/meta-data/iam/security-credentials/'
const paths = {
  status: '/status',
  accounts: '/account',
  both: role,
  credentials: `${role}/credentials`,
  consoleUrl: `${role}/consoleurl`,
  ownRole: metadata,
  ownCredentials: `${metadata}:role`,
} as const
const otherMethods = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

const json = 'application/json; charset=utf-8'
/** Whoever asks for the status was called so. */
const monitoring = 'monitoring'
const nobody = 'Unknown User'

type RoleRequest = FastifyRequest<{ Params: { account: string; role: string } }>

/** AFP's API at one prefix: its addresses, bodies, headers and statuses. */
export function federationApiRoutes(
  app: FastifyInstance,
  prefix: string,
  steps: FederationApiSteps,
): void {
  const { gateway, limits, api } = steps
  /** For refusals, which are answered elsewhere. */
  const names = new WeakMap<FastifyRequest, string>()

  /** Throws `unknown-path` when a new configuration no longer has the mount. */
  async function callerOf(request: FastifyRequest): Promise<AfpCaller> {
    const mount = gateway.config().federationApi.find(one => one.prefix === prefix)
    if (mount === undefined) throw new ServerError('unknown-path')
    const address = clientAddress(request)
    if (mount.for === 'machines') names.set(request, address)
    limits.api(address)
    const caller = await afpCaller(mount, request, steps)
    names.set(request, caller.name)
    limits.apiOf(caller.asker.principal.id)
    return caller
  }

  /** Whoever takes roles is counted. */
  async function takerOf(request: FastifyRequest): Promise<AfpCaller> {
    const caller = await callerOf(request)
    limits.delivery(caller.asker.address, caller.asker.principal.id)
    return caller
  }

  function get(
    path: (typeof paths)[keyof typeof paths],
    answer: (request: RoleRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ): void {
    const options = { schema: { hide: true }, exposeHeadRoute: true }
    app.get(prefix + path, options, answer)
  }

  get(paths.status, async (request, reply) => {
    names.set(request, monitoring)
    limits.api(clientAddress(request))
    return sendJson(reply, monitoring, await api.status())
  })
  get(paths.accounts, async (request, reply) => {
    const { asker, name } = await callerOf(request)
    const withId = queryOf(request).has('withid')
    return sendJson(reply, name, api.accounts(asker, withId))
  })
  get(paths.both, async (request, reply) => {
    const { asker, name } = await takerOf(request)
    return sendJson(reply, name, await api.both(asker, request.params, callbackUrl(request)))
  })
  get(paths.credentials, async (request, reply) => {
    const { asker, name } = await takerOf(request)
    return sendJson(reply, name, await api.credentials(asker, request.params))
  })
  get(paths.consoleUrl, async (request, reply) => {
    const { asker } = await takerOf(request)
    const url = await api.consoleUrl(asker, request.params, callbackUrl(request))
    return reply.type('text/plain; charset=utf-8').send(url)
  })
  get(paths.ownRole, async (request, reply) => {
    const { asker } = await takerOf(request)
    // As bytes: to a text Fastify would add its charset, and AFP had none here.
    return reply.type('text/plain').send(Buffer.from(await api.roleOf(asker)))
  })
  get(paths.ownCredentials, async (request, reply) => {
    const { asker, name } = await takerOf(request)
    return sendJson(reply, name, await api.credentialsOf(asker, request.params.role))
  })

  function refuse(
    methods: string[],
    path: string,
    why: (request: FastifyRequest) => Promise<never>,
  ) {
    // Before a body is read; where it comes from does not matter, since it does nothing.
    app.route({
      method: methods,
      url: prefix + path,
      config: { crossSite: true },
      schema: { hide: true },
      onRequest: why,
      handler: why,
    })
  }

  for (const path of Object.values(paths)) {
    refuse(otherMethods, path, async () => {
      throw new ServerError('method-not-allowed')
    })
  }
  for (const path of ['', '/*']) {
    refuse(['GET', 'HEAD', ...otherMethods], path, async request => {
      await callerOf(request)
      throw new ServerError('unknown-path')
    })
  }

  answerErrorsBy(app, steps.recordRefusal, (request, reply, error) =>
    sendAfpError(request, reply, error, names.get(request)),
  )
}

/** An error as AFP's API answers it. */
export function sendAfpError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: ServerError,
  name = nobody,
): FastifyReply {
  const { status, message } = afpAnswer(error)
  // Not in the clear: whoever answers would send a password.
  const mayAsk = cameOverTls(request, clientAddress(request))
  if (status === 401 && mayAsk) reply.header('www-authenticate', basicChallenge)
  if (status === 405) reply.header('allow', 'GET, HEAD')
  return sendJson(reply.code(status), name, writeJson(errorDocument(status, message)))
}

function sendJson(reply: FastifyReply, name: string, body: string): FastifyReply {
  return reply.header('x-username', headerText(name)).type(json).send(body)
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  return new URL(url, 'http://gateway.invalid').searchParams
}

/** An empty one is none; of several the last one counts, as for AFP. */
function callbackUrl(request: FastifyRequest): string | undefined {
  return queryOf(request).getAll('callbackurl').at(-1) || undefined
}

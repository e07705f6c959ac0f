/** One place that turns errors into answers. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import { StoreError } from '../store/index.ts'
import type { ErrorBody } from './api.ts'
import { sendErrorPage } from './pages/error-page.ts'
import type { RecordRefusal } from './record-refusals.ts'
import { bearerOf } from './request-facts.ts'

/** Answers with JSON or a page, and records and logs what the person must not see. */
export function answerErrors(
  app: FastifyInstance,
  random: (bytes: number) => Uint8Array,
  recordRefusal: RecordRefusal,
): void {
  answerErrorsBy(app, recordRefusal, (request, reply, error) =>
    sendError(request, reply, error, random),
  )
  app.setNotFoundHandler(async (request, reply) =>
    sendError(request, reply, new ServerError('not-found'), random),
  )
}

/** Records and logs the errors of these routes, and lets `send` answer. */
export function answerErrorsBy(
  app: FastifyInstance,
  recordRefusal: RecordRefusal,
  send: (request: FastifyRequest, reply: FastifyReply, error: ServerError) => FastifyReply,
): void {
  app.setErrorHandler(async (thrown: FastifyError, request, reply) => {
    const error = await recordRefusal(asServerError(thrown), request)
    logError(request, error, thrown)
    sayWhenToRetry(reply, error)
    sayHowToSignIn(request, reply, error)
    return send(request, reply, error)
  })
}

/** Sends an error as JSON or as a page, whichever the client takes. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: ServerError,
  random: (bytes: number) => Uint8Array,
): FastifyReply {
  reply.code(error.status)
  sayWhenToRetry(reply, error)
  return wantsPage(request)
    ? sendErrorPage(reply, error, random)
    : reply.type('application/json; charset=utf-8').send(JSON.stringify(errorBodyOf(error)))
}

function sayWhenToRetry(reply: FastifyReply, { retryAfterSeconds }: ServerError): void {
  if (retryAfterSeconds === undefined) return
  reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterSeconds))))
}

/** RFC 6750, section 3. Browsers ask nobody for a token. */
function sayHowToSignIn(request: FastifyRequest, reply: FastifyReply, { code }: ServerError): void {
  if (code !== 'not-signed-in' || !request.url.startsWith('/api/v1/')) return
  const error = bearerOf(request) === undefined ? '' : ', error="invalid_token"'
  reply.header('www-authenticate', `Bearer realm="Rolecall"${error}`)
}

function errorBodyOf(error: ServerError): ErrorBody {
  return {
    error: {
      code: error.code,
      message: error.message,
      hint: error.remedy,
      ...(error.eventId === undefined ? {} : { eventId: error.eventId }),
    },
  }
}

/** Pages are for browsers: outside the API, when the client takes HTML. */
function wantsPage(request: FastifyRequest): boolean {
  if (request.url.startsWith('/api/')) return false
  const accept = request.headers.accept
  return accept === undefined || accept.includes('text/html') || accept.includes('*/*')
}

/** Errors of Fastify itself, by its code or status; anything unknown is `internal`. */
function asServerError(error: unknown): ServerError {
  if (error instanceof ServerError) return error
  if (error instanceof StoreError) return new ServerError('store-unavailable', { cause: error })
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500
  const code = codeByStatus[String(status)] ?? 'internal'
  return new ServerError(code, { cause: error })
}

const codeByStatus: Readonly<Record<string, ServerErrorCode>> = {
  400: 'bad-request',
  404: 'not-found',
  413: 'body-too-large',
  414: 'bad-request',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
}

function logError(request: FastifyRequest, error: ServerError, thrown: unknown): void {
  const facts = {
    code: error.code,
    ...(error.eventId === undefined ? {} : { eventId: error.eventId }),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  }
  if (error.status < 500) request.log.info(facts, 'refused')
  else if (error.code === 'internal') request.log.error({ ...facts, err: thrown }, 'failed')
  else request.log.error({ ...facts, cause: describe(error.cause) }, 'failed')
}

function describe(cause: unknown): string | undefined {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined
}

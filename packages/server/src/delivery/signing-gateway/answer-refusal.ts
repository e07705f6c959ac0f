import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '@rolecall/aws'
import { ServerError, type ServerErrorCode } from '../../errors.ts'
import { discardBody } from './discard-body.ts'
import { isS3Service } from './find-target.ts'

/** What AWS's own clients know, by our code; what is not here is `ServiceUnavailable`. */
const awsCodes: Readonly<Partial<Record<ServerErrorCode, string>>> = {
  'signing-bad-request': 'InvalidRequest',
  'signing-ambiguous-path': 'InvalidURI',
  'signing-unknown-caller': 'InvalidClientTokenId',
  'signing-browser-request': 'AccessDenied',
  'signing-no-route': 'UnknownEndpoint',
  'signing-not-allowed': 'AccessDenied',
  'signing-length-required': 'MissingContentLength',
  'signing-body-too-large': 'EntityTooLarge',
  'signing-unsupported': 'NotImplemented',
  'signing-credentials': 'CredentialsUnavailable',
  'signing-timeout': 'RequestTimeout',
  internal: 'InternalFailure',
}

/** How the service that was asked writes its errors. */
type Shape = 's3' | 'query' | 'json'

/**
 * Answers with an error that the SDK of the service reads: the XML of S3 or of the query protocol, or JSON
 * (Smithy, "AWS protocols"). Nothing when an answer has begun.
 */
export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  asked: {
    readonly service: string | undefined
    readonly id: string
    readonly isExpecting: boolean
  },
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const { status, code, message } = readError(error)
  const shape = shapeOf(request, asked.service)
  const body = render(shape, { code, message, id: asked.id, status })
  response.writeHead(status, {
    'content-type': shape === 'json' ? 'application/json' : 'application/xml',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-amzn-requestid': asked.id,
    ...(shape === 'json' ? { 'x-amzn-errortype': code } : {}),
    ...(status === 403 &&
    code === 'InvalidClientTokenId' &&
    request.headers.authorization === undefined
      ? { 'www-authenticate': 'Bearer' }
      : {}),
    // A caller that waits for our word may send its body or not: only the end of the connection is clear.
    ...(asked.isExpecting && !request.complete ? { connection: 'close' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
  if (!asked.isExpecting) discardBody(request)
}

function readError(error: unknown): { status: number; code: string; message: string } {
  if (error instanceof AwsError) {
    // Of our own codes the network's are lower-case.
    const status = error.status ?? (error.fault === 'client' ? 400 : 502)
    const hint = error.remedy === undefined ? '' : ` ${error.remedy}`
    return { status, code: error.code, message: `${error.message}${hint}` }
  }
  const known = error instanceof ServerError ? error : new ServerError('internal')
  const { cause } = known
  const inner = cause instanceof AwsError ? ` (${cause.code}: ${cause.message})` : ''
  const detail = known.detail === undefined ? '' : ` (${known.detail})`
  return {
    status: known.status,
    code: awsCodes[known.code] ?? 'ServiceUnavailable',
    message: `${known.message.replace(/\.$/, '')}${detail}${inner}. ${known.remedy}`,
  }
}

const queryServices: ReadonlySet<string> = new Set([
  'autoscaling',
  'cloudformation',
  'cloudsearch',
  'ec2',
  'elasticache',
  'elasticbeanstalk',
  'elasticloadbalancing',
  'iam',
  'rds',
  'redshift',
  'route53',
  'cloudfront',
  'ses',
  'sns',
  'sts',
])

function shapeOf({ headers }: IncomingMessage, service: string | undefined): Shape {
  if (service !== undefined && isS3Service(service)) return 's3'
  if (headers['x-amz-target'] !== undefined) return 'json'
  return service !== undefined && queryServices.has(service) ? 'query' : 'json'
}

function render(
  shape: Shape,
  { code, message, id, status }: { code: string; message: string; id: string; status: number },
): string {
  if (shape === 'json') return JSON.stringify({ __type: code, code, message, requestId: id })
  const text = `<Code>${xml(code)}</Code><Message>${xml(message)}</Message>`
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (shape === 's3') return `${head}<Error>${text}<RequestId>${xml(id)}</RequestId></Error>`
  const type = status < 500 ? 'Sender' : 'Receiver'
  return `${head}<ErrorResponse><Error><Type>${type}</Type>${text}</Error><RequestId>${xml(id)}</RequestId></ErrorResponse>`
}

function xml(text: string): string {
  return text.replace(/[<>&"'\p{Cc}]/gu, one => `&#${one.codePointAt(0)};`)
}

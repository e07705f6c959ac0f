import { createHash, randomUUID } from 'node:crypto'
import {
  createPayloadReader,
  namesPayload,
  type VerifiedRequest,
  verifyRequestHead,
  verifySignedRequest,
} from '@rolecall/aws'
import type { AwsState } from '../aws-state.ts'
import { mask } from '../calls/parameters.ts'
import { type Outgoing, readWhole, type StreamingRequest } from '../http/exchange.ts'
import { jsonAnswer } from '../http/json.ts'
import { faultOf } from '../query/answer.ts'
import { Fault } from '../query/fault.ts'
import { type StreamingService, signingName } from '../service.ts'
import { type RequestCaller, requestCaller, verification } from '../sts/caller-of.ts'

const echoPath = /^\/_echo(?:\/|$)/
const executeApiHost = /^[a-z0-9]{1,63}\.execute-api\./

/**
 * An API behind IAM authorization: verifies the signature for whatever service and region it names, and answers with
 * what it saw. At `/_echo/…`, and for hosts as API Gateway's.
 */
export const echoService = (state: AwsState): StreamingService => ({
  name: 'execute-api',
  matches: ({ path, headers }) => echoPath.test(path) || executeApiHost.test(headers.host ?? ''),
  operation: () => 'Echo',
  handle: request => handleEcho(state, request),
})

async function handleEcho(state: AwsState, request: StreamingRequest): Promise<Outgoing> {
  try {
    const seen = await verifiedBody(state, request)
    const caller = requestCaller(state, request, seen.verified)
    return jsonAnswer(200, facts(request, seen, caller), awsHeaders(state.now()))
  } catch (error) {
    const { status, code, message } = faultOf(error)
    const headers = { ...awsHeaders(state.now()), 'x-amzn-errortype': code }
    return jsonAnswer(status, { message }, headers)
  }
}

interface SeenRequest {
  readonly verified: VerifiedRequest
  readonly bytes: number
  readonly sha256: string
}

/** Reads the body to its end as it comes, and holds none of it. */
async function verifiedBody(state: AwsState, request: StreamingRequest): Promise<SeenRequest> {
  const service = signingName(request) ?? 'execute-api'
  const head = { method: request.method, path: request.target, headers: request.headersDistinct }
  const options = {
    ...verification(state, service),
    sigV4aRegion: 'us-east-1',
    allowUnsignedPayload: true,
  }
  if (!namesPayload(head))
    return await wholeBody(request, body => verifySignedRequest({ ...head, body }, options))
  const verified = verifyRequestHead(head, options)
  const reader = createPayloadReader(verified)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of request.stream) {
    for (const decoded of reader.push(chunk)) {
      hash.update(decoded)
      bytes += decoded.length
    }
  }
  reader.end()
  return { verified, bytes, sha256: hash.digest('hex') }
}

/** What API Gateway takes; a signature over a body that the head does not name needs all of it. */
const maxWholeBytes = 10 * 1024 * 1024

async function wholeBody(
  request: StreamingRequest,
  verify: (body: Uint8Array) => VerifiedRequest,
): Promise<SeenRequest> {
  const whole = await readWhole(request, maxWholeBytes)
  if (whole === undefined) {
    const message = `a body of more than ${maxWholeBytes} bytes must be named by x-amz-content-sha256`
    throw new Fault(413, 'RequestEntityTooLargeException', message)
  }
  const { body } = whole
  const sha256 = createHash('sha256').update(body).digest('hex')
  return { verified: verify(body), bytes: body.length, sha256 }
}

function facts(
  request: StreamingRequest,
  { verified, bytes, sha256 }: SeenRequest,
  caller: RequestCaller,
) {
  const { headers } = request
  const signedHeaders = verified.signedHeaders.map(name => [name, shown(name, headers[name] ?? '')])
  return {
    method: request.method,
    path: request.path,
    query: [...new URLSearchParams(request.query)].map(([name, value]) => ({
      name,
      value: shown(name, value),
    })),
    signedHeaders: Object.fromEntries(signedHeaders),
    body: { bytes, sha256, isSigned: verified.isPayloadSigned, form: verified.payload.kind },
    signature: {
      algorithm: verified.algorithm,
      form: verified.form,
      service: verified.service,
      region: verified.region,
      accessKeyId: verified.accessKeyId,
      signedAt: verified.signedAt.toISOString(),
    },
    caller: { arn: caller.arn, account: caller.account.id, userId: caller.userId },
  }
}

function shown(name: string, value: string): string {
  return /token|signature|authorization|cookie/i.test(name) ? mask : value
}

const awsHeaders = (now: Date) => ({ 'x-amzn-requestid': randomUUID(), date: now.toUTCString() })

import { randomUUID } from 'node:crypto'
import type { Outgoing, RequestHead } from '../http/exchange.ts'
import { jsonAnswer } from '../http/json.ts'
import { xmlAnswer } from '../query/answer.ts'
import { Fault as WireFault } from '../query/fault.ts'
import { errorXml } from '../query/xml.ts'
import { errorAnswer } from '../s3/answer.ts'
import { S3Fault } from '../s3/s3-fault.ts'
import type { FaultRule } from './schema.ts'

interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

type Form = 's3' | 'json' | 'rest' | 'query'

/** How each form of service says that there are too many calls (S3 "Error responses"; the models of the services). */
const throttling: Readonly<Record<Form, Refusal>> = {
  s3: { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
  json: { status: 400, code: 'TooManyRequestsException', message: 'Too Many Requests' },
  rest: { status: 429, code: 'TooManyRequestsException', message: 'Too Many Requests' },
  query: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
}

const serverErrors: Readonly<Record<Form, Readonly<Record<500 | 503, string>>>> = {
  s3: { 500: 'InternalError', 503: 'ServiceUnavailable' },
  json: { 500: 'ServiceException', 503: 'ServiceUnavailableException' },
  rest: { 500: 'InternalServerException', 503: 'ServiceUnavailableException' },
  query: { 500: 'InternalFailure', 503: 'ServiceUnavailable' },
}

/** The answer of a service that refuses a call because of a fault, in the form in which that service answers. */
export function refusal(
  error: NonNullable<FaultRule['error']>,
  retryAfterSeconds: number | undefined,
  service: string,
  request: RequestHead,
  now: Date,
): Outgoing {
  const form = formOf(service, request)
  const said = error === 'throttling' ? throttling[form] : named(error, form)
  const answer = answerOf(said, form, service, request, now)
  if (retryAfterSeconds === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } }
}

function named(error: Exclude<FaultRule['error'], undefined | 'throttling'>, form: Form): Refusal {
  const { status } = error
  const usual = serverErrors[form][status === 503 ? 503 : 500]
  const code = error.code ?? (status < 500 ? 'AccessDenied' : usual)
  return { status, code, message: error.message ?? 'A fault of the simulator refuses this call.' }
}

/** Services whose requests do not show by themselves that they speak JSON. */
const restServices: ReadonlySet<string> = new Set(['execute-api', 'Identity Center'])

function formOf(service: string, { headers }: RequestHead): Form {
  if (service === 'S3') return 's3'
  if (headers['x-amz-target'] !== undefined) return 'json'
  const isJson = /json/.test(headers['content-type'] ?? '')
  return isJson || restServices.has(service) ? 'rest' : 'query'
}

const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/'
const iamNamespace = 'https://iam.amazonaws.com/doc/2010-05-08/'

function answerOf(
  said: Refusal,
  form: Form,
  service: string,
  request: RequestHead,
  now: Date,
): Outgoing {
  const { status, code, message } = said
  if (form === 's3') return errorAnswer(new S3Fault(status, code, message), request, now)
  const requestId = randomUUID()
  if (form === 'query') {
    const namespace = service === 'IAM' ? iamNamespace : stsNamespace
    const body = errorXml(namespace, new WireFault(status, code, message), requestId)
    return xmlAnswer(status, body, requestId, now)
  }
  const headers = {
    'content-type': form === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
    'x-amzn-errortype': code,
    'x-amzn-requestid': requestId,
    date: now.toUTCString(),
  }
  return jsonAnswer(status, { __type: code, message }, headers)
}

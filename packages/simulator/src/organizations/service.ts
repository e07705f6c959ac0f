import { randomUUID } from 'node:crypto'
import type { AwsState } from '../aws-state.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import { faultOf } from '../query/answer.ts'
import { Fault } from '../query/fault.ts'
import { type Service, signingName } from '../service.ts'
import { callerOf } from '../sts/caller-of.ts'
import {
  describeOrganization,
  listAccounts,
  listTagsForResource,
  type OrganizationsOperation,
} from './operations.ts'

const target = 'AWSOrganizationsV20161128.'

const operations: ReadonlyMap<string, OrganizationsOperation> = new Map([
  ['ListAccounts', listAccounts],
  ['DescribeOrganization', describeOrganization],
  ['ListTagsForResource', listTagsForResource],
])

/** Organizations, of the JSON protocol 1.1: known by its target or its signing name. */
export const organizationsService = (state: AwsState): Service => ({
  name: 'Organizations',
  matches: request =>
    (request.headers['x-amz-target'] ?? '').startsWith(target) ||
    signingName(request) === 'organizations',
  handle: request => answer(state, request),
})

function answer(state: AwsState, request: Incoming): Outgoing {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
    date: state.now().toUTCString(),
  }
  try {
    return jsonAnswer(200, run(state, request), headers)
  } catch (error) {
    const fault = jsonFault(error)
    const body = { __type: fault.code, Message: fault.wireMessage, ...reasonOf(fault) }
    return jsonAnswer(fault.status, body, headers)
  }
}

function run(state: AwsState, request: Incoming): unknown {
  const asked = request.headers['x-amz-target'] ?? ''
  const name = asked.startsWith(target) ? asked.slice(target.length) : ''
  const operation = operations.get(name)
  if (request.method !== 'POST' || operation === undefined) {
    throw new Fault(400, 'UnknownOperationException')
  }
  const caller = callerOf(state, request, 'organizations')
  const body = jsonBody(request)
  if (body === undefined) throw new Fault(400, 'SerializationException', 'The body is not JSON')
  return operation(state.world.organization, body, caller)
}

/** What the JSON protocols call the faults that all services share; every one that is the sender's is a 400. */
const names: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  ExpiredToken: 'ExpiredTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  IncompleteSignature: 'IncompleteSignatureException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  ValidationError: 'InvalidInputException',
}

function jsonFault(error: unknown): Fault {
  const { code, status, wireMessage } = faultOf(error)
  const named = Object.hasOwn(names, code) ? (names[code] ?? code) : code
  return new Fault(status < 500 ? 400 : status, named, wireMessage)
}

const reasonOf = ({ code }: Fault) =>
  code === 'InvalidInputException' ? { Reason: 'INVALID_PATTERN' } : {}

import { randomUUID } from 'node:crypto'
import { AwsError, partitionOf, verifySignedRequest } from '@rolecall/aws'
import { bodyText, type Incoming, isForm, type Outgoing } from '../http/exchange.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithSaml } from './assume-role-with-saml.ts'
import { type Caller, userCaller } from './caller.ts'
import { Fault } from './fault.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import type { Operation, StsState } from './operation.ts'
import { readParameters } from './parameters.ts'
import { getFederationToken, getSessionToken } from './user-sessions.ts'
import { errorXml, successXml } from './xml.ts'

const version = '2011-06-15'

const operations: ReadonlyMap<string, Operation> = new Map([
  ['AssumeRole', assumeRole],
  ['AssumeRoleWithSAML', assumeRoleWithSaml],
  ['GetCallerIdentity', getCallerIdentity],
  ['GetSessionToken', getSessionToken],
  ['GetFederationToken', getFederationToken],
])

/** Answers one request of the STS Query protocol: dispatch, signature, then the operation, in AWS's order. */
export async function handleSts(state: StsState, request: Incoming): Promise<Outgoing> {
  const requestId = randomUUID()
  try {
    const form = isForm(request) && request.method === 'POST' ? bodyText(request) : ''
    const parameters = readParameters(form === '' ? request.query : `${form}&${request.query}`)
    const action = parameters.text('Action')
    const isVisitor = form === '' && request.query === '' && !request.headers.authorization
    if (isVisitor) {
      // AWS sends such visitors to its product page; here the console page says where they are.
      const headers = { location: '/console', 'x-amzn-requestid': requestId, 'content-length': '0' }
      return { status: 302, headers, body: '' }
    }
    const operation = operationOf(action, parameters.text('Version'))
    const result = operation.signed
      ? await operation.run(state, parameters, callerOf(state, request))
      : await operation.run(state, parameters)
    return xml(200, successXml(action ?? '', result, requestId), requestId, state.now())
  } catch (error) {
    const fault = faultOf(error)
    return xml(fault.status, errorXml(fault, requestId), requestId, state.now())
  }
}

/** Answers requests for what is not simulated, in a form that AWS's clients can print. */
export function handleUnknownPath(now: Date): Outgoing {
  const requestId = randomUUID()
  const message =
    'The simulator has STS at /, the sign-in endpoint at /federation and the console page at /console.'
  const fault = new Fault(404, 'UnknownOperationException', message)
  return xml(404, errorXml(fault, requestId), requestId, now)
}

function operationOf(action: string | undefined, asked: string | undefined): Operation {
  const operation = operations.get(action ?? '')
  if (operation !== undefined && asked === version) return operation
  const named = asked ?? 'NO_VERSION_SPECIFIED'
  // What AWS prints for a missing Action is not established.
  const what = action ?? 'NO_ACTION_SPECIFIED'
  throw new Fault(
    400,
    'InvalidAction',
    `Could not find operation ${what} for version ${named}`,
    true,
  )
}

/** Verifies the signature and says whose it is. Throws `AwsError` with the wire code, or `Fault`. */
function callerOf(state: StsState, request: Incoming): Caller {
  const { world, sessions } = state
  const verified = verifySignedRequest(
    {
      method: request.method,
      path: request.target,
      headers: request.headersDistinct,
      body: request.body,
    },
    {
      now: state.now(),
      service: 'sts',
      regions: region => partitionOfRegion(region) !== undefined,
      findCredentials: accessKeyId => {
        const session = sessions.find(accessKeyId)
        if (session !== undefined) return session
        const key = world.accessKeys.get(accessKeyId)
        return key === undefined ? undefined : { secretAccessKey: key.secretAccessKey }
      },
    },
  )
  const user = world.accessKeys.get(verified.accessKeyId)?.user
  const caller = sessions.find(verified.accessKeyId)?.caller ?? (user && userCaller(user))
  // Each partition of AWS knows the keys of its own accounts only.
  if (caller !== undefined && caller.account.partition === partitionOfRegion(verified.region)) {
    return caller
  }
  throw new Fault(
    403,
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  )
}

function partitionOfRegion(region: string): string | undefined {
  try {
    const { id, regionRegex } = partitionOf(region)
    return regionRegex.test(region) ? id : undefined
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (error instanceof AwsError && error.status !== undefined) {
    return new Fault(error.status, error.code, error.message)
  }
  return new Fault(500, 'InternalFailure', 'The simulator failed; please report how to repeat it.')
}

function xml(status: number, body: string, requestId: string, now: Date): Outgoing {
  return {
    status,
    headers: {
      'content-type': 'text/xml',
      'content-length': String(Buffer.byteLength(body)),
      'x-amzn-requestid': requestId,
      // SDKs set their clocks by this header.
      date: now.toUTCString(),
    },
    body,
  }
}

import { randomUUID } from 'node:crypto'
import { bodyText, type Incoming, isForm, type Outgoing } from '../http/exchange.ts'
import { faultOf, xmlAnswer } from '../query/answer.ts'
import { Fault } from '../query/fault.ts'
import { readParameters } from '../query/parameters.ts'
import { errorXml, successXml } from '../query/xml.ts'
import type { Service } from '../service.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithSaml } from './assume-role-with-saml.ts'
import { callerOf } from './caller-of.ts'
import { getAccessKeyInfo } from './get-access-key-info.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import type { Operation, StsState } from './operation.ts'
import { getFederationToken, getSessionToken } from './user-sessions.ts'

const version = '2011-06-15'
const namespace = `https://sts.amazonaws.com/doc/${version}/`

const operations: ReadonlyMap<string, Operation> = new Map([
  ['AssumeRole', assumeRole],
  ['AssumeRoleWithSAML', assumeRoleWithSaml],
  ['GetCallerIdentity', getCallerIdentity],
  ['GetAccessKeyInfo', getAccessKeyInfo],
  ['GetSessionToken', getSessionToken],
  ['GetFederationToken', getFederationToken],
])

/** STS: whatever nobody else took at the root. */
export const stsService = (state: StsState): Service => ({
  name: 'STS',
  matches: request => request.path === '/',
  handle: request => handleSts(state, request),
})

/** Answers one request of the STS Query protocol: dispatch, signature, then the operation, in AWS's order. */
async function handleSts(state: StsState, request: Incoming): Promise<Outgoing> {
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
      ? await operation.run(state, parameters, callerOf(state, request, 'sts'))
      : await operation.run(state, parameters)
    return xmlAnswer(
      200,
      successXml(namespace, action ?? '', result, requestId),
      requestId,
      state.now(),
    )
  } catch (error) {
    const fault = faultOf(error)
    return xmlAnswer(fault.status, errorXml(namespace, fault, requestId), requestId, state.now())
  }
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

import { randomUUID } from 'node:crypto'
import { type Incoming, isForm, type Outgoing } from '../http/exchange.ts'
import { accessDenied } from '../query/fault.ts'
import { answerQuery, operationOf } from '../query/service.ts'
import type { Service } from '../service.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithSaml } from './assume-role-with-saml.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { callerOf, type RequestCaller } from './caller-of.ts'
import { decodeAuthorizationMessage } from './decode-authorization-message.ts'
import { getAccessKeyInfo } from './get-access-key-info.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import type { Operation, StsState } from './operation.ts'
import { getFederationToken, getSessionToken } from './user-sessions.ts'

const version = '2011-06-15'
const namespace = `https://sts.amazonaws.com/doc/${version}/`

const operations: ReadonlyMap<string, Operation> = new Map([
  ['AssumeRole', assumeRole],
  ['AssumeRoleWithSAML', assumeRoleWithSaml],
  ['AssumeRoleWithWebIdentity', assumeRoleWithWebIdentity],
  ['DecodeAuthorizationMessage', decodeAuthorizationMessage],
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
  const hasForm = isForm(request) && request.body.length > 0
  const isVisitor = !hasForm && request.query === '' && !request.headers.authorization
  if (isVisitor) {
    // AWS sends such visitors to its product page; here the console page says where they are.
    const headers = {
      location: '/console',
      'x-amzn-requestid': randomUUID(),
      'content-length': '0',
    }
    return { status: 302, headers, body: '' }
  }
  return await answerQuery(namespace, request, state.now, (parameters, action) => {
    const operation = operationOf(operations, version, parameters)
    return operation.signed
      ? operation.run(state, parameters, permitted(action, callerOf(state, request, 'sts')))
      : operation.run(state, parameters)
  })
}

/** The caller, when its kind of credentials may call the operation at all (IAM guide, "Compare AWS STS credentials"). */
function permitted(action: string, caller: RequestCaller): RequestCaller {
  if (action === 'GetCallerIdentity') return caller
  const isFederated = caller.kind === 'federated'
  const isUserSession = caller.kind === 'user' && caller.temporary
  if (isFederated || (isUserSession && action !== 'AssumeRole')) {
    const credentials = isFederated ? 'federated user' : 'session'
    throw accessDenied(`Cannot call ${action} with ${credentials} credentials`)
  }
  return caller
}

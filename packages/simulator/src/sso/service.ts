import { randomUUID } from 'node:crypto'
import type { AwsState } from '../aws-state.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import type { Service } from '../service.ts'
import { devicePage } from './device-page.ts'
import { SsoFault } from './fault.ts'
import { createSsoGrants } from './grants.ts'
import { createToken, registerClient, startDeviceAuthorization } from './oidc-operations.ts'
import type { SsoOperation, SsoState } from './operation.ts'
import { getRoleCredentials, listAccountRoles, listAccounts, logout } from './portal-operations.ts'

const operations: ReadonlyMap<string, SsoOperation> = new Map([
  ['POST /client/register', registerClient],
  ['POST /device_authorization', startDeviceAuthorization],
  ['POST /token', createToken],
  ['GET /federation/credentials', getRoleCredentials],
  ['GET /assignment/accounts', listAccounts],
  ['GET /assignment/roles', listAccountRoles],
  ['POST /logout', logout],
])

/** Identity Center's sign-in (sso-oidc) and portal (sso), known by their paths. A world without one has none of it. */
export function identityCenterService(aws: AwsState, origin: string): Service {
  const center = aws.world.identityCenter
  const state = center && { ...aws, center, origin, grants: createSsoGrants(aws.now) }
  return {
    name: 'Identity Center',
    matches: request =>
      state !== undefined &&
      // Signed requests are somebody else's: these APIs have no signature, and buckets may have such names.
      request.headers.authorization === undefined &&
      (request.path === '/device' || operations.has(`${request.method} ${request.path}`)),
    handle: request =>
      state === undefined
        ? { status: 404, headers: { 'content-length': '0' }, body: '' }
        : answer(state, request),
  }
}

function answer(state: SsoState, request: Incoming): Outgoing {
  if (request.path === '/device') return devicePage(state, request)
  const headers = { 'x-amzn-requestid': randomUUID(), date: state.now().toUTCString() }
  try {
    const body = jsonBody(request)
    const operation = operations.get(`${request.method} ${request.path}`)
    if (body === undefined || operation === undefined) {
      throw new SsoFault(400, 'InvalidRequestException', 'invalid_request', 'The body is not JSON')
    }
    const query = new URLSearchParams(request.query)
    return jsonAnswer(200, operation(state, { body, query, headers: request.headers }), headers)
  } catch (error) {
    if (!(error instanceof SsoFault)) throw error
    const { status, type, oauthCode, message } = error
    const body =
      oauthCode === undefined ? { message } : { error: oauthCode, error_description: message }
    return jsonAnswer(status, { __type: type, ...body }, { ...headers, 'x-amzn-errortype': type })
  }
}

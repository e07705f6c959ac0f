import { expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { caller } from './calls.ts'
import { companyWorld, main, other } from './company-world.ts'
import { type Clock, runSimulator } from './running.ts'

const running = await runSimulator(companyWorld)
const { simulator, clock } = running
const { query } = caller(running)
const startUrl = 'https://acme.awsapps.com/start'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

type Json = Record<string, unknown>

async function post(path: string, body: Json | string, at: Simulator = simulator) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(at.url + path, { method: 'POST', headers, body: text })
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    body: await response.json(),
  }
}

async function portal(path: string, accessToken: string, method = 'GET') {
  const headers = { 'x-amz-sso_bearer_token': accessToken }
  const response = await fetch(simulator.url + path, { method, headers })
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    body: await response.json(),
  }
}

async function register(scopes: readonly string[] = ['sso:account:access']) {
  const { body } = await post('/client/register', {
    clientName: 'test',
    clientType: 'public',
    scopes,
  })
  return { clientId: String(body.clientId), clientSecret: String(body.clientSecret) }
}

const answerDevice = (fields: Record<string, string>, headers = {}) =>
  fetch(`${simulator.url}/device`, { method: 'POST', body: new URLSearchParams(fields), headers })

/** A whole device sign-in of a person. */
async function signIn(username: string, scopes?: readonly string[]) {
  const client = await register(scopes)
  const { body: device } = await post('/device_authorization', { ...client, startUrl })
  const password = `secret of ${username}`
  await answerDevice({ user_code: device.userCode, username, password, answer: 'allow' })
  const grant = { ...client, grantType: deviceGrant, deviceCode: device.deviceCode }
  const { body: tokens } = await post('/token', grant)
  return { client, tokens, grant }
}

function poll(clock: Clock, grant: Json) {
  clock.forward(1)
  return post('/token', grant)
}

test('a program signs in with a device code that a person allows', async () => {
  const client = await register()
  const { body: device } = await post('/device_authorization', {
    ...client,
    startUrl: `${startUrl}/#/`,
  })
  expect(device).toMatchObject({
    userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    verificationUri: `${simulator.url}/device`,
    verificationUriComplete: `${simulator.url}/device?user_code=${device.userCode}`,
    expiresIn: 600,
    interval: 1,
  })
  const grant = { ...client, grantType: deviceGrant, deviceCode: device.deviceCode }
  const pending = { status: 400, type: 'AuthorizationPendingException' }
  expect(await post('/token', grant)).toMatchObject({
    ...pending,
    body: { error: 'authorization_pending' },
  })
  expect(await post('/token', grant)).toMatchObject({ status: 400, type: 'SlowDownException' })
  expect(await poll(clock, grant)).toMatchObject(pending)
  const page = await (await fetch(device.verificationUriComplete)).text()
  expect(page).toContain(`value="${device.userCode}"`)
  const right = {
    user_code: device.userCode.toLowerCase(),
    username: 'ann',
    password: 'secret of ann',
  }
  for (const wrong of [
    { ...right, password: 'wrong' },
    { ...right, username: 'nobody' },
    { ...right, user_code: 'AAAA-AAAA' },
  ]) {
    expect((await answerDevice(wrong)).status).toBe(400)
  }
  const foreign = await answerDevice(right, { origin: 'https://evil.example' })
  expect(foreign.status).toBe(400)
  expect(await poll(clock, grant)).toMatchObject(pending)
  expect((await answerDevice(right)).status).toBe(200)
  expect((await answerDevice(right)).status).toBe(400)
  const { status, body } = await poll(clock, grant)
  expect([status, body.tokenType, body.expiresIn]).toEqual([200, 'Bearer', 3600])
  // The code is good once.
  expect(await poll(clock, grant)).toMatchObject({ status: 400, type: 'InvalidGrantException' })
})

test('a person may refuse', async () => {
  const client = await register()
  const { body: device } = await post('/device_authorization', { ...client, startUrl })
  const person = { username: 'ann', password: 'secret of ann' }
  await answerDevice({ user_code: device.userCode, ...person, answer: 'refuse' })
  const grant = { ...client, grantType: deviceGrant, deviceCode: device.deviceCode }
  expect(await post('/token', grant)).toMatchObject({ status: 400, type: 'AccessDeniedException' })
})

test('codes expire, and are of the client that asked', async () => {
  const client = await register()
  const { body: device } = await post('/device_authorization', { ...client, startUrl })
  const grant = { grantType: deviceGrant, deviceCode: device.deviceCode }
  expect(await post('/token', { ...(await register()), ...grant })).toMatchObject({
    type: 'InvalidGrantException',
  })
  clock.forward(601)
  expect(await post('/token', { ...client, ...grant })).toMatchObject({
    status: 400,
    type: 'ExpiredTokenException',
  })
})

test.each<[string, string, Json | string, number, string]>([
  ['no JSON', '/client/register', '{', 400, 'InvalidRequestException'],
  ['a client without a name', '/client/register', {}, 400, 'InvalidRequestException'],
  [
    'a confidential client',
    '/client/register',
    { clientName: 'x', clientType: 'confidential' },
    400,
    'InvalidClientMetadataException',
  ],
  [
    'scopes that are no list',
    '/client/register',
    { clientName: 'x', clientType: 'public', scopes: 'a' },
    400,
    'InvalidScopeException',
  ],
  [
    'an unknown client',
    '/device_authorization',
    { clientId: 'x', clientSecret: 'y', startUrl },
    401,
    'InvalidClientException',
  ],
  [
    'another start URL',
    '/device_authorization',
    { clientId: 'x', clientSecret: 'y', startUrl: 'https://evil.example/start' },
    400,
    'InvalidRequestException',
  ],
  [
    'another grant',
    '/token',
    { clientId: 'x', clientSecret: 'y', grantType: 'password' },
    400,
    'UnsupportedGrantTypeException',
  ],
])('%s is refused', async (_, path, body, status, type) => {
  expect(await post(path, body)).toMatchObject({ status, type })
})

test('a refresh token is good once, and only for clients with scopes', async () => {
  const { client, tokens } = await signIn('ann')
  const refresh = { ...client, grantType: 'refresh_token', refreshToken: tokens.refreshToken }
  const { body: next } = await post('/token', refresh)
  expect(next.accessToken).not.toBe(tokens.accessToken)
  expect(await post('/token', refresh)).toMatchObject({ type: 'InvalidGrantException' })
  expect((await portal('/assignment/accounts', next.accessToken)).status).toBe(200)
  const legacy = await signIn('ann', [])
  expect(legacy.tokens).toMatchObject({ expiresIn: 8 * 3600 })
  expect(legacy.tokens.refreshToken).toBeUndefined()
})

test('the portal shows where somebody may be what, by group and by name', async () => {
  const ann = (await signIn('ann')).tokens.accessToken
  const accounts = await portal('/assignment/accounts', ann)
  expect(accounts.body.accountList).toEqual([
    { accountId: main, accountName: 'Main', emailAddress: 'main@acme.example' },
    { accountId: other, accountName: 'Other', emailAddress: `aws+${other}@example.com` },
  ])
  const first = await portal('/assignment/accounts?max_result=1', ann)
  expect(first.body.accountList).toHaveLength(1)
  const rest = await portal(`/assignment/accounts?next_token=${first.body.nextToken}`, ann)
  expect(rest.body).toMatchObject({ accountList: [{ accountId: other }] })
  const roles = await portal(`/assignment/roles?account_id=${main}`, ann)
  expect(roles.body.roleList).toEqual([
    { roleName: 'Admin', accountId: main },
    { roleName: 'Look', accountId: main },
  ])
  const ben = (await signIn('ben')).tokens.accessToken
  const his = await portal(`/assignment/roles?account_id=${main}`, ben)
  expect(his.body.roleList).toEqual([{ roleName: 'Look', accountId: main }])
  expect((await portal(`/assignment/roles?account_id=${other}`, ben)).type).toBe(
    'ForbiddenException',
  )
  const cho = (await signIn('cho')).tokens.accessToken
  expect((await portal('/assignment/accounts', cho)).body.accountList).toEqual([])
  for (const query of ['max_result=0', 'max_result=x', 'next_token=x']) {
    expect(await portal(`/assignment/accounts?${query}`, ann)).toMatchObject({
      status: 400,
      type: 'InvalidRequestException',
    })
  }
})

test('credentials of a permission set are a session of its role, as long as the set says', async () => {
  const { accessToken } = (await signIn('ann')).tokens
  const path = `/federation/credentials?account_id=${main}&role_name=Look`
  const { roleCredentials } = (await portal(path, accessToken)).body
  expect(roleCredentials.expiration - clock.now().getTime()).toBeGreaterThan(7_190_000)
  const who = await query(roleCredentials, 'sts', 'GetCallerIdentity')
  expect(who.field('Arn')).toMatch(
    new RegExp(`^arn:aws:sts::${main}:assumed-role/AWSReservedSSO_Look_[0-9a-f]{16}/ann$`),
  )
  expect((await query(roleCredentials, 'iam', 'ListRoles')).status).toBe(200)
  const SAMLProviderArn = `arn:aws:iam::${main}:saml-provider/company`
  const denied = await query(roleCredentials, 'iam', 'DeleteSAMLProvider', { SAMLProviderArn })
  expect(denied.code).toBe('AccessDenied')
})

test('no credentials without an assignment, a token, or after signing out', async () => {
  const { accessToken } = (await signIn('ben')).tokens
  const at = (account: string, role: string) =>
    portal(`/federation/credentials?account_id=${account}&role_name=${role}`, accessToken)
  for (const answer of [at(main, 'Admin'), at(other, 'Look'), at(main, 'Nothing')]) {
    expect(await answer).toMatchObject({ status: 403, type: 'ForbiddenException' })
  }
  expect(await portal('/federation/credentials', accessToken)).toMatchObject({
    status: 400,
    type: 'InvalidRequestException',
  })
  const unauthorized = { status: 401, type: 'UnauthorizedException' }
  expect(await portal('/assignment/accounts', 'wrong')).toMatchObject(unauthorized)
  expect((await portal('/logout', accessToken, 'POST')).status).toBe(200)
  expect(await portal('/assignment/accounts', accessToken)).toMatchObject(unauthorized)
})

test('access tokens expire', async () => {
  const { accessToken } = (await signIn('ann')).tokens
  clock.forward(3601)
  expect(await portal('/assignment/accounts', accessToken)).toMatchObject({ status: 401 })
})

test('nobody takes a reserved role but through the portal', async () => {
  const { accessToken } = (await signIn('ann')).tokens
  const path = `/federation/credentials?account_id=${main}&role_name=Admin`
  const { roleCredentials } = (await portal(path, accessToken)).body
  const roles = await query(roleCredentials, 'iam', 'ListRoles', { PathPrefix: '/aws-reserved/' })
  const [RoleArn = ''] = roles.all('Arn')
  const taken = await query(roleCredentials, 'sts', 'AssumeRole', {
    RoleArn,
    RoleSessionName: 'ann',
  })
  expect(taken.code).toBe('AccessDenied')
})

test('a world without Identity Center has none of it', async () => {
  const { identityCenter: _, ...world } = companyWorld
  const without = await runSimulator(world)
  const headers = { 'content-type': 'application/json' }
  const url = `${without.simulator.url}/client/register`
  const answer = await fetch(url, { method: 'POST', headers, body: '{}' })
  expect(answer.status).toBe(404)
})

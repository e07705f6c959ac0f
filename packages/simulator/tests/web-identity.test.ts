import { createServer } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { createIssuer } from '../src/oidc/issuer.ts'
import { jwtAlgorithms } from '../src/oidc/jwt.ts'
import { loadWorld } from '../src/world/load.ts'
import { caller, members } from './calls.ts'
import { arnOf, companyWorld, issuer, issuerName, main, other } from './company-world.ts'
import { runSimulator } from './running.ts'

const running = await runSimulator(companyWorld)
const { simulator, clock } = running
const { query, keysOf } = caller(running)
const { mint } = simulator.oidc
const subject = 'repo:acme/app:ref:refs/heads/main'
const namespace = 'https://aws.amazon.com/'
const emptyWorld = { ...(await loadWorld(companyWorld)).world, oidcProviders: new Map() }

const assume = (token: string, more: Record<string, string> = {}) =>
  query(undefined, 'sts', 'AssumeRoleWithWebIdentity', {
    RoleArn: arnOf('Workflow'),
    RoleSessionName: 'build-7',
    WebIdentityToken: token,
    ...more,
  })

test('a token becomes credentials of the role', async () => {
  const answer = await assume(mint({ subject }))
  expect(answer.status).toBe(200)
  expect(answer.field('SubjectFromWebIdentityToken')).toBe(subject)
  expect(answer.field('Provider')).toBe(issuer)
  expect(answer.field('Audience')).toBe('sts.amazonaws.com')
  expect(answer.field('Arn')).toBe(`arn:aws:sts::${main}:assumed-role/Workflow/build-7`)
  expect(answer.field('PackedPolicySize')).toBeUndefined()
  const keys = await keysOf(Promise.resolve(answer))
  expect((await query(keys, 'sts', 'GetCallerIdentity')).field('Account')).toBe(main)
})

test.each(jwtAlgorithms)('%s is taken', async algorithm => {
  expect((await assume(mint({ subject, algorithm }))).status).toBe(200)
})

const refused = (code: string, status: number, message: string | RegExp) => ({
  code,
  status,
  message: expect.stringMatching(message),
})

test.each<[string, () => string, ReturnType<typeof refused>]>([
  ['no JWT', () => 'not.a.jwt', refused('InvalidIdentityToken', 400, 'not a valid JWT')],
  [
    'a token without a signature',
    () => {
      const [, body = ''] = mint({ subject }).split('.')
      const head = Buffer.from('{"alg":"none"}').toString('base64url')
      return `${head}.${body}.`
    },
    refused('InvalidIdentityToken', 400, 'not a valid JWT'),
  ],
  [
    'a token signed with the public key as an HMAC secret',
    () => {
      const [, body = '', signature = ''] = mint({ subject }).split('.')
      const head = Buffer.from('{"alg":"HS256"}').toString('base64url')
      return `${head}.${body}.${signature}`
    },
    refused('InvalidIdentityToken', 400, 'not a valid JWT'),
  ],
  [
    'changed claims',
    () => {
      const [head = '', , signature = ''] = mint({ subject }).split('.')
      const [, body = ''] = mint({ subject: 'repo:acme/other' }).split('.')
      return `${head}.${body}.${signature}`
    },
    refused('InvalidIdentityToken', 400, 'not signed by its issuer'),
  ],
  [
    'the keys of somebody else',
    () => createIssuer({ url: issuer, world: emptyWorld, now: clock.now }).mint({ subject }),
    refused('InvalidIdentityToken', 400, "Couldn't retrieve verification key"),
  ],
  [
    'an issuer that is no provider',
    () => mint({ subject, issuer: simulator.oidc.url }),
    refused(
      'InvalidIdentityToken',
      400,
      `No OpenIDConnect provider found in your account for ${simulator.oidc.url}`,
    ),
  ],
  [
    'another audience',
    () => mint({ subject, audience: 'third' }),
    refused('InvalidIdentityToken', 400, '^Incorrect token audience$'),
  ],
  [
    'an azp that is no client of the provider',
    () => mint({ subject, claims: { azp: 'third' } }),
    refused('InvalidIdentityToken', 400, '^Incorrect token audience$'),
  ],
  [
    'an expired token',
    () => mint({ subject, expiresInSeconds: -31 }),
    refused('ExpiredTokenException', 400, /^Token expired: current date\/time \d+ must be before/),
  ],
  [
    'an old token',
    () => mint({ subject, claims: { iat: seconds() - 86_500 } }),
    refused('ExpiredTokenException', 400, 'within 24 hours'),
  ],
  [
    'a token of the future',
    () => mint({ subject, claims: { nbf: seconds() + 60 } }),
    refused('InvalidIdentityToken', 400, 'not valid yet'),
  ],
  [
    'a time with a fraction',
    () => mint({ subject, claims: { exp: seconds() + 60.5 } }),
    refused('InvalidIdentityToken', 400, 'whole seconds'),
  ],
  [
    'no exp',
    () => mint({ subject, claims: { exp: undefined } }),
    refused('InvalidIdentityToken', 400, 'whole seconds'),
  ],
  [
    'a subject that the trust policy does not name',
    () => mint({ subject: 'repo:evil/app' }),
    refused('AccessDenied', 403, '^Not authorized to perform sts:AssumeRoleWithWebIdentity$'),
  ],
])('%s is refused', async (_, token, expected) => {
  expect(await assume(token())).toMatchObject(expected)
})

const seconds = () => Math.floor(clock.now().getTime() / 1000)
test('an unknown role, a role of another account and one for other subjects get the same answer', async () => {
  const denied = refused(
    'AccessDenied',
    403,
    '^Not authorized to perform sts:AssumeRoleWithWebIdentity$',
  )
  const token = mint({ subject })
  expect(await assume(token, { RoleArn: arnOf('Nobody') })).toMatchObject(denied)
  expect(await assume(token, { RoleArn: arnOf('NextHop') })).toMatchObject(denied)
  // The other account has no such provider at all.
  const elsewhere = await assume(token, { RoleArn: arnOf('Elsewhere', other) })
  expect(elsewhere.code).toBe('InvalidIdentityToken')
})

test('azp is the audience, and aud then oaud', async () => {
  const token = mint({ subject, audience: 'elsewhere', claims: { azp: 'second' } })
  expect((await assume(token)).field('Audience')).toBe('second')
})

test('of several audiences the one that the provider lists counts', async () => {
  const token = mint({ subject, audience: ['elsewhere', 'second'] })
  expect((await assume(token)).field('Audience')).toBe('second')
})

test('the methods of the sign-in are a condition key of several values', async () => {
  const RoleArn = arnOf('ops/Strong')
  const withFactor = mint({ subject, claims: { amr: ['pwd', 'mfa'] } })
  expect((await assume(withFactor, { RoleArn })).status).toBe(200)
  const without = mint({ subject, claims: { amr: ['pwd'] } })
  expect((await assume(without, { RoleArn })).code).toBe('AccessDenied')
  expect((await assume(mint({ subject }), { RoleArn })).code).toBe('AccessDenied')
})

test.each([
  [
    'nested',
    {
      [`${namespace}tags`]: {
        principal_tags: { Team: ['web'], Cost: ['7'] },
        transitive_tag_keys: ['team'],
      },
    },
  ],
  [
    'flat',
    {
      [`${namespace}tags/principal_tags/Team`]: 'web',
      [`${namespace}tags/principal_tags/Cost`]: ['7'],
      [`${namespace}tags/transitive_tag_keys`]: ['Team'],
    },
  ],
])('%s tags are the session’s, and transitive ones go down the chain', async (_, claims) => {
  const answer = assume(mint({ subject, claims }))
  expect(Number((await answer).field('PackedPolicySize'))).toBeGreaterThan(0)
  const keys = await keysOf(answer)
  const next = (RoleArn: string, more = {}) =>
    query(keys, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'next', ...more })
  expect((await next(arnOf('OfTeam'))).status).toBe(200)
  const overridden = await next(arnOf('OfTeam'), members('Tags', [{ Key: 'TEAM', Value: 'other' }]))
  expect(overridden).toMatchObject({ code: 'ValidationError', status: 400 })
})

test('tags need sts:TagSession, a source identity sts:SetSourceIdentity', async () => {
  const RoleArn = arnOf('Untagged')
  const tags = { [`${namespace}tags`]: { principal_tags: { Team: ['web'] } } }
  expect(await assume(mint({ subject, claims: tags }), { RoleArn })).toMatchObject({
    code: 'AccessDenied',
    message: 'Not authorized to perform sts:TagSession',
  })
  const identity = { [`${namespace}source_identity`]: 'ann' }
  expect(await assume(mint({ subject, claims: identity }), { RoleArn })).toMatchObject({
    code: 'AccessDenied',
    message: 'Not authorized to perform sts:SetSourceIdentity',
  })
})

test('the source identity stays through the chain', async () => {
  const claims = { [`${namespace}source_identity`]: 'ann@example.com' }
  const answer = assume(mint({ subject, claims }))
  expect((await answer).field('SourceIdentity')).toBe('ann@example.com')
  const next = await query(await keysOf(answer), 'sts', 'AssumeRole', {
    RoleArn: arnOf('NextHop'),
    RoleSessionName: 'next',
  })
  expect(next.field('SourceIdentity')).toBe('ann@example.com')
})

test.each([
  ['a tag with two values', { [`${namespace}tags`]: { principal_tags: { Team: ['a', 'b'] } } }],
  ['a tag that is no string', { [`${namespace}tags`]: { principal_tags: { Team: [7] } } }],
  ['tags that are no object', { [`${namespace}tags`]: 'Team' }],
  ['a tag with wrong characters', { [`${namespace}tags/principal_tags/Team`]: 'a|b' }],
  [
    'more than 50 tags',
    {
      [`${namespace}tags`]: {
        principal_tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ['v']])),
      },
    },
  ],
  [
    'a transitive key that is no tag',
    { [`${namespace}tags`]: { principal_tags: {}, transitive_tag_keys: ['Team'] } },
  ],
  ['a source identity with a blank', { [`${namespace}source_identity`]: 'a b' }],
])('%s is refused', async (_, claims) => {
  expect(await assume(mint({ subject, claims }))).toMatchObject({
    code: 'InvalidIdentityToken',
    status: 400,
  })
})

test('bounds are AWS’s, and the token is quoted nowhere', async () => {
  const long = 'x'.repeat(20_001)
  const answer = await assume(long, { DurationSeconds: '60', RoleSessionName: 'a' })
  expect(answer).toMatchObject({ code: 'ValidationError', status: 400 })
  expect(answer.message).toContain("at 'webIdentityToken'")
  expect(answer.message).toContain("at 'durationSeconds'")
  expect(answer.body).not.toContain('xxxx')
  const over = await assume(mint({ subject }), { DurationSeconds: '7201' })
  expect(over.message).toContain('MaxSessionDuration')
  const { code } = await assume(mint({ subject }), { ProviderId: 'www.amazon.com' })
  expect(code).toBe('ValidationError')
})

test('sessions of web identities are not chained: they may last as long as the role', async () => {
  const answer = await assume(mint({ subject }), { DurationSeconds: '7200' })
  const left = Date.parse(answer.field('Expiration') ?? '') - clock.now().getTime()
  expect(left).toBeGreaterThan(7_190_000)
})

test('the issuer has a discovery document and mints for who posts a form', async () => {
  const base = `${simulator.url}/oidc`
  const discovery = await (await fetch(`${base}/.well-known/openid-configuration`)).json()
  expect(discovery).toMatchObject({ issuer: base, jwks_uri: `${base}/jwks` })
  const { keys } = await (await fetch(discovery.jwks_uri)).json()
  expect(keys).toHaveLength(4)
  for (const key of keys) expect(key).not.toHaveProperty('d')
  const post = (fields: Record<string, string>, headers = {}) =>
    fetch(`${base}/token`, { method: 'POST', body: new URLSearchParams(fields), headers })
  const minted = await post({ subject, algorithm: 'ES256', claims: '{"amr":["mfa"]}' })
  expect(minted.headers.get('content-type')).toBe('text/plain')
  const token = await minted.text()
  expect((await assume(token, { RoleArn: arnOf('ops/Strong') })).status).toBe(200)
  for (const fields of [
    {},
    { subject, algorithm: 'HS256' },
    { subject, claims: '[]' },
    { subject, expiresInSeconds: 'soon' },
    { subject, issuer: 'https://elsewhere.example' },
  ]) {
    const answer = await post(fields)
    expect([answer.status, (await answer.json()).error]).toEqual([400, 'invalid_request'])
  }
  const foreign = await post({ subject }, { origin: 'https://evil.example' })
  expect(foreign.status).toBe(403)
  const page = await (
    await fetch(base, { method: 'POST', body: new URLSearchParams({ subject }) })
  ).text()
  expect(/data-testid="oidc-token">([\w.-]+)</.exec(page)?.[1]?.split('.')).toHaveLength(3)
  expect((await fetch(`${base}/nothing`)).status).toBe(404)
})

test('keys come from a JWKS of the world, or from its URL on loopback', async () => {
  const own = createIssuer({ url: 'https://own.example.com', world: emptyWorld, now: clock.now })
  let answer: () => string = () => JSON.stringify({ keys: own.jwks() })
  const server = createServer((_, response) => response.end(answer()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const role = (name: string) => ({
    name,
    trust: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${main}:oidc-provider/own.example.com` },
        Action: 'sts:AssumeRoleWithWebIdentity',
      },
    },
  })
  for (const jwks of [
    { keys: own.jwks().map(key => ({ ...key, kty: String(key.kty) })) },
    { url: `http://127.0.0.1:${port}/jwks` },
  ]) {
    const provider = { url: 'https://own.example.com', clientIds: ['app'], jwks }
    const second = await runSimulator({
      accounts: [{ id: main, roles: [role('Own')], oidcProviders: [provider] }],
    })
    const call = () =>
      caller(second).query(undefined, 'sts', 'AssumeRoleWithWebIdentity', {
        RoleArn: arnOf('Own'),
        RoleSessionName: 'own',
        WebIdentityToken: own.mint({ subject: 'me', audience: 'app' }),
      })
    expect((await call()).status).toBe(200)
    if ('keys' in jwks) continue
    answer = () => '{"keys": 7}'
    expect(await call()).toMatchObject({ code: 'IDPCommunicationError', status: 400 })
    answer = () => JSON.stringify({ keys: [], more: 'x'.repeat(1_000_001) })
    expect((await call()).code).toBe('IDPCommunicationError')
  }
})

test('the simulator mints for its own issuers only', () => {
  expect(simulator.oidc.issuers).toEqual([issuer, `${simulator.url}/oidc`])
  expect(() => mint({ subject, issuer: 'https://elsewhere.example' })).toThrow(
    expect.objectContaining({ code: 'token_invalid' }),
  )
  expect(issuer.endsWith(issuerName)).toBe(true)
})

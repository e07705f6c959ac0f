/** The signing gateway as a part of the server: its prefix, its audit log, its reload. */
import { Secret, signRequest } from '@rolecall/aws'
import { expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../src/index.ts'
import { startGateway } from '../gateway.ts'
import { problemsOf } from '../support/config-problems.ts'
import { expectFacts } from '../support/event-facts.ts'
import { bearer, caller, send } from './support.ts'

const role = 'arn:aws:iam::100000000002:role/ReadOnly'
const identity = '/sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15'

const withGateway =
  (over: Partial<NonNullable<Config['signingGateway']>> = {}) =>
  (config: Config): Config => ({
    ...config,
    signingGateway: {
      listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
      prefix: '/gateway',
      roleArn: role,
      endpoints: { '*': config.aws.endpoints.sts ?? '' },
      s3Payload: 'auto',
      maxBufferedBytes: 1024 * 1024,
      routes: [],
      callers: [caller()],
      ...over,
    },
  })

async function started() {
  const running = await startGateway(withGateway())
  onTestFinished(() => running.close())
  return running
}

test('at its prefix, with a role taken once, and the events in the audit log of the server', async () => {
  const { url, gateway } = await started()
  for (let left = 3; left > 0; left--) {
    const answer = await send(url, `/gateway${identity}`, { headers: bearer })
    expect(answer.text).toContain('assumed-role/ReadOnly/build')
  }
  expect(await send(url, '/healthz')).toMatchObject({ status: 200 })
  expect(await send(url, '/gatewayx/', { headers: bearer })).toMatchObject({ status: 404 })
  const recent = async () => (await gateway.audit.recent()).map(({ event }) => event)
  await expect
    .poll(async () => (await recent()).filter(({ type }) => type === 'delivery.answer').length)
    .toBe(3)
  const events = (await recent()).filter(({ type }) => type.startsWith('delivery.'))
  expect(events[0]).toMatchObject({
    principal: 'gateway:build',
    role,
    sessionName: 'build',
    detail: { status: '200' },
  })
  expect(new Set(events.flatMap(({ accessKeyId }) => accessKeyId ?? [])).size).toBe(1)
  expectFacts(await gateway.audit.recent(), ['delivery.request', 'delivery.answer'])
})

test('a signature covers the path with the prefix', async () => {
  const { url } = await started()
  const path = '/gateway/?Action=GetCallerIdentity&Version=2011-06-15'
  const headers = signRequest(
    { method: 'GET', url: `${url}${path}` },
    {
      credentials: { accessKeyId: 'RGWBUILD', secretAccessKey: 'build-secret-MARKER' },
      region: 'eu-central-1',
      service: 'sts',
      now: new Date(),
    },
  )
  expect((await send(url, path, { headers })).text).toContain('assumed-role/ReadOnly/build')
})

test('refusals of nobody known are counted as one in a minute', async () => {
  const { url, gateway } = await started()
  for (let left = 5; left > 0; left--) {
    expect(await send(url, `/gateway${identity}`)).toMatchObject({ status: 403 })
  }
  const refused = (await gateway.audit.recent({ type: 'delivery.request' })).map(
    ({ event }) => event,
  )
  expect(refused).toMatchObject([{ result: 'refused', code: 'signing-unknown-caller' }])
})

test('a new configuration counts for the next request', async () => {
  const { url, gateway, config } = await started()
  const keys = { accessKeyId: 'RGWOTHER', secretAccessKey: new Secret('other-secret') }
  await gateway.reload(withGateway({ callers: [caller({ tokenSha256: undefined, keys })] })(config))
  expect(await send(url, `/gateway${identity}`, { headers: bearer })).toMatchObject({ status: 403 })
  await gateway.reload({ ...config, signingGateway: undefined })
  expect(await send(url, `/gateway${identity}`, { headers: bearer })).toMatchObject({ status: 404 })
})

test.each([
  [
    'nobody without a token',
    'callers: [{ name: a, anonymous: true }]',
    'signingGateway.callers[0].anonymous (true): this is only for loopback and Unix sockets',
  ],
  [
    'a prefix of the server’s own',
    `prefix: /api/x\n  callers: [{ name: a, tokenSha256: "${'0'.repeat(64)}" }]`,
    'signingGateway.prefix ("/api/x"): the gateway answers at /api itself',
  ],
  [
    'an upstream in the clear',
    `callers: [{ name: a, tokenSha256: "${'0'.repeat(64)}" }]
  routes: [{ name: r, match: { path: /r }, service: execute-api, region: eu-central-1, upstream: "http://a.example.com" }]`,
    'signingGateway.routes[0].upstream ("http://a.example.com"): http is only for loopback',
  ],
  [
    'a route for everything',
    `callers: [{ name: a, tokenSha256: "${'0'.repeat(64)}" }]
  routes: [{ name: r, match: {}, service: execute-api, region: mars-1 }]`,
    'signingGateway.routes[0].match (a map): nothing tells these requests',
  ],
  [
    'a short token',
    'callers: [{ name: a, token: short }]',
    'signingGateway.callers[0].token ([redacted]): a token has 16 to 512',
  ],
  [
    'a caller that nothing tells',
    'callers: [{ name: a }]',
    'signingGateway.callers[0] (a map): nothing tells this caller',
  ],
])('the configuration: %s', async (_title, section, message) => {
  const problems = await problemsOf(`publicUrl: http://localhost\nsigningGateway:\n  ${section}\n`)
  expect(problems.join('\n')).toContain(message)
})

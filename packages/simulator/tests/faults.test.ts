import { AwsError, StsClient, staticCredentials } from '@rolecall/aws'
import { beforeEach, expect, test } from 'vitest'
import type { FaultInput } from '../src/index.ts'
import { gatewayKeys, runSimulator } from './running.ts'
import { runS3 } from './s3-client.ts'

const { simulator } = await runSimulator()
const s3 = await runS3()

beforeEach(() => {
  simulator.faults.clear()
  s3.simulator.faults.clear()
})

/** One attempt of GetCallerIdentity: its ARN, or the error. */
async function whoAmI(): Promise<string> {
  const client = new StsClient({
    credentials: staticCredentials(gatewayKeys),
    endpoint: simulator.stsEndpoint,
    region: 'us-east-1',
    timeoutMs: 2000,
    retry: { attempts: 1 },
    correctClock: false,
  })
  return await client.getCallerIdentity().then(
    ({ arn }) => arn,
    (error: unknown) => {
      if (!(error instanceof AwsError)) throw error
      return `${error.status ?? ''} ${error.code}`.trim()
    },
  )
}

const well = expect.stringContaining(':user/')

test('nothing goes wrong until it is asked for', async () => {
  expect(simulator.faults.list()).toEqual([])
  expect(await whoAmI()).toEqual(well)
})

test('a storm of 503 for as many calls as it has', async () => {
  const id = simulator.faults.add({ error: { status: 503 }, count: 3 })
  for (let call = 0; call < 3; call++) {
    const left = simulator.faults.list()
    expect(left).toMatchObject([{ id, hits: call }])
    expect(await whoAmI()).toBe('503 ServiceUnavailable')
  }
  expect(simulator.faults.list()).toEqual([])
  expect(await whoAmI()).toEqual(well)
})

test.each([
  ['another service', { service: 's3' }],
  ['another operation', { operation: 'AssumeRole*' }],
  ['another path', { path: '/other/*' }],
  ['no chance', { probability: 0 }],
])('a fault for %s does not meet the call', async (_, match) => {
  simulator.faults.add({ ...match, error: { status: 500 } })
  expect(await whoAmI()).toEqual(well)
})

test.each([
  ['service', { service: 'sts' }],
  ['operation', { operation: 'getcaller*' }],
  ['path', { path: '/' }],
  ['chance', { probability: 1 }],
])('a fault by %s meets the call', async (_, match) => {
  simulator.faults.add({ ...match, error: { status: 500 } })
  expect(await whoAmI()).toBe('500 InternalFailure')
})

test('chance depends on the seed alone', async () => {
  const draw = async (seed: number) => {
    simulator.faults.clear()
    simulator.faults.add({ probability: 0.5, seed, error: { status: 500 } })
    const met: boolean[] = []
    for (let call = 0; call < 24; call++) met.push((await whoAmI()).startsWith('500'))
    return met
  }
  const first = await draw(7)
  expect(await draw(7)).toEqual(first)
  expect(await draw(8)).not.toEqual(first)
  const hits = first.filter(Boolean).length
  expect(hits).toBeGreaterThan(4)
  expect(hits).toBeLessThan(20)
})

test('throttling in the words of each service', async () => {
  simulator.faults.add({ error: 'throttling', retryAfterSeconds: 7, count: 1 })
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const sts = await fetch(simulator.stsEndpoint, { method: 'POST', headers, body })
  expect([sts.status, sts.headers.get('retry-after')]).toEqual([400, '7'])
  expect(await sts.text()).toContain('<Code>Throttling</Code>')
  const json = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'X.ListAccounts' }
  simulator.faults.add({ operation: 'ListAccounts', error: 'throttling' })
  const organizations = await fetch(simulator.url, { method: 'POST', headers: json, body: '{}' })
  expect(organizations.status).toBe(400)
  expect(await organizations.json()).toMatchObject({ __type: 'TooManyRequestsException' })
  const api = await fetch(`${simulator.url}/_echo/`)
  expect(api.status).toBe(403)
  simulator.faults.add({ service: 'execute-api', error: 'throttling' })
  expect((await fetch(`${simulator.url}/_echo/`)).status).toBe(429)
  s3.simulator.faults.add({ error: 'throttling' })
  expect(await s3.send('GET', '/plain?list-type=2')).toMatchObject({
    status: 503,
    code: 'SlowDown',
  })
})

test('an error of one’s own', async () => {
  s3.simulator.faults.add({
    operation: 'PutObject',
    error: { status: 409, code: 'OperationAborted', message: 'Try again.' },
  })
  const answer = await s3.send('PUT', '/plain/x', { body: 'x' })
  expect(answer).toMatchObject({ status: 409, code: 'OperationAborted' })
  expect(answer.text).toContain('<Message>Try again.</Message>')
  expect(await s3.send('HEAD', '/plain/x')).toMatchObject({ status: 404 })
})

test('latency', async () => {
  simulator.faults.add({ latencyMs: 300 })
  const started = performance.now()
  expect(await whoAmI()).toEqual(well)
  expect(performance.now() - started).toBeGreaterThanOrEqual(295)
})

test.each([
  [1200, /^403 SignatureDoesNotMatch|^403 RequestTimeTooSkewed/],
  [-1200, /^403 SignatureDoesNotMatch|^403 RequestTimeTooSkewed/],
  [600, /:user\//],
])(
  'a clock that is %d seconds off is in the Date header and in the check',
  async (seconds, outcome) => {
    simulator.faults.add({ clockOffsetSeconds: seconds })
    const answer = await fetch(`${simulator.url}/console`)
    const date = Date.parse(answer.headers.get('date') ?? '')
    expect(Math.abs(date - Date.now() - seconds * 1000)).toBeLessThan(5000)
    expect(await whoAmI()).toMatch(outcome)
    expect(await s3.send('GET', '/plain?list-type=2')).toMatchObject({ status: 200 })
    s3.simulator.faults.add({ clockOffsetSeconds: seconds })
    const skewed = await s3.send('GET', '/plain?list-type=2')
    expect(skewed.code).toBe(Math.abs(seconds) > 900 ? 'RequestTimeTooSkewed' : undefined)
  },
)

test.each<[string, FaultInput]>([
  ['a body that is cut', { body: 'truncated' }],
  ['a connection that is reset', { connection: 'reset' }],
])('%s is a failure of the network', async (_, fault) => {
  simulator.faults.add(fault)
  expect(await whoAmI()).toBe('network')
  s3.simulator.faults.clear()
  await s3.send('PUT', '/plain/half', { body: Buffer.alloc(600_000, 'x') })
  s3.simulator.faults.add(fault)
  await expect(s3.send('GET', '/plain/half')).rejects.toThrow()
})

test('a call that hangs ends at the client’s deadline', async () => {
  simulator.faults.add({ connection: 'hang' })
  expect(await whoAmI()).toBe('timeout')
})

test('a body that comes slowly comes whole', async () => {
  await s3.send('PUT', '/plain/slow', { body: 'x'.repeat(1000) })
  s3.simulator.faults.add({ operation: 'GetObject', body: { bytesPerSecond: 4000 } })
  const started = performance.now()
  const answer = await s3.send('GET', '/plain/slow')
  expect(answer.text).toBe('x'.repeat(1000))
  expect(performance.now() - started).toBeGreaterThan(200)
})

test.each<[unknown, string]>([
  [{}, 'a fault needs one of'],
  [{ error: { status: 200 } }, 'error'],
  [{ error: 'other' }, 'error'],
  [{ connection: 'reset', body: 'truncated' }, 'neither error nor body'],
  [{ latencyMs: 1, retryAfterSeconds: 1 }, 'retryAfterSeconds goes with error'],
  [{ latencyMs: 1e9 }, 'latencyMs'],
  [{ latency: 1 }, 'latency'],
  ['503', 'expected object'],
])('%j is no fault', async (fault, message) => {
  const answer = await fetch(`${simulator.controlUrl}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain(message)
  expect(simulator.faults.list()).toEqual([])
})

test('the control endpoint adds, lists and takes away', async () => {
  const url = `${simulator.controlUrl}/faults`
  const json = { 'content-type': 'application/json' }
  const post = await fetch(url, { method: 'POST', headers: json, body: '{"error":{"status":503}}' })
  expect(post.status).toBe(201)
  const { id } = await post.json()
  expect(await whoAmI()).toBe('503 ServiceUnavailable')
  const { faults } = await (await fetch(url)).json()
  expect(faults).toEqual([{ id, seed: 1, error: { status: 503 }, hits: 1 }])
  expect((await fetch(`${url}/other`, { method: 'DELETE' })).status).toBe(404)
  expect((await fetch(`${url}/${id}`, { method: 'DELETE' })).status).toBe(204)
  simulator.faults.add({ latencyMs: 1 })
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(204)
  expect(simulator.faults.list()).toEqual([])
  expect((await fetch(url, { method: 'PUT' })).status).toBe(405)
  expect((await fetch(url, { method: 'POST', headers: json, body: '{' })).status).toBe(400)
  expect((await fetch(`${simulator.controlUrl}/other`)).status).toBe(404)
})

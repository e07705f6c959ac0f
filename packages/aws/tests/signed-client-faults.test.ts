/** A signed client at a simulated AWS that does not do as it should. */
import type { FaultInput } from '@rolecall/simulator'
import { beforeEach, expect, test } from 'vitest'
import { callerIdentity, keysOf, propertiesOf, roleArn, runWorld } from './signed-client-world.ts'

const { simulator, client, forward, now } = await runWorld()
const minute = 60
const taken = () => simulator.calls().filter(call => call.operation === 'AssumeRole').length

beforeEach(() => void simulator.faults.clear())

const withRole = () =>
  client({ ...propertiesOf('adapter'), aws_iam_role: roleArn('Adapter') }, { random: () => 0.99 })

test('of 500 callers nobody gets ended credentials when they end in their middle, and one refresh serves all', async () => {
  const { credentialsFor } = withRole()
  const begun = taken()
  const authData = { stsParams: { RoleArn: roleArn('Named'), DurationSeconds: 900 } }
  const caller = async () => {
    const { accessKeyId, expiration } = await credentialsFor(authData)
    expect(expiration?.getTime()).toBeGreaterThan(now().getTime())
    return accessKeyId
  }
  const first = await caller()
  expect(taken() - begun).toBe(2)
  // The refresh that the first of them starts has not come back when the credentials end.
  forward(13 * minute)
  simulator.faults.add({ operation: 'AssumeRole', latencyMs: 400 })
  const early = Array.from({ length: 250 }, caller)
  expect(new Set(await Promise.all(early))).toEqual(new Set([first]))
  forward(2 * minute)
  const late = new Set(await Promise.all(Array.from({ length: 250 }, caller)))
  expect(late.size).toBe(1)
  expect(late.has(first)).toBe(false)
  expect(taken() - begun).toBe(3)
})

test.each<[string, FaultInput]>([
  ['503 three times', { error: { status: 503 }, count: 3 }],
  ['throttling in the words of HTTP', { error: { status: 429 }, retryAfterSeconds: 1, count: 1 }],
  ['an answer that is late, and not too late', { latencyMs: 700, count: 1 }],
  ['an answer that is cut', { body: 'truncated', count: 1 }],
  ['a connection that is reset', { connection: 'reset', count: 1 }],
  ['no answer until the deadline', { connection: 'hang', count: 1 }],
])('%s, then well: the caller hears of nothing', async (_, fault) => {
  const { whoIs } = client(propertiesOf('adapter'), { request: { attempt_timeout: 1000 } })
  simulator.faults.add({ operation: 'GetCallerIdentity', ...fault })
  expect(await whoIs({ idempotent: true })).toMatch(/:user\/adapter$/)
  expect(simulator.faults.list()).toEqual([])
})

test.each<[FaultInput, string, RegExp]>([
  [{ body: 'truncated' }, 'network', /the exchange with 127\.0\.0\.1:\d+ failed/],
  [{ connection: 'reset' }, 'network', /ECONNRESET/],
  [{ connection: 'hang' }, 'timeout', /no whole answer from 127\.0\.0\.1:\d+ within 1000 ms/],
])('%j without end is an error in words, and no secret', async (fault, code, message) => {
  const lines: string[] = []
  const { whoIs } = client(
    { ...propertiesOf('adapter'), auth_logging: true },
    {
      request: { attempt_timeout: 1000, number_retries: 1 },
      log: line => void lines.push(line),
    },
  )
  simulator.faults.add({ operation: 'GetCallerIdentity', ...fault })
  const error: unknown = await whoIs({ idempotent: true }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(lines.length).toBeGreaterThan(0)
  const { secretAccessKey } = keysOf('adapter')
  const said = `${lines.join('\n')}\n${String(error)}`
  for (const form of [secretAccessKey, encodeURIComponent(secretAccessKey)]) {
    expect(said).not.toContain(form)
  }
  expect(said).not.toContain(Buffer.from(secretAccessKey).toString('base64').replace(/=+$/, ''))
})

test.each([20, -20])(
  'a clock that is %d minutes off is set right by the first refusal, told, and not learnt again',
  async minutes => {
    const offsets: number[] = []
    const onClockCorrected = (offsetMs: number) => void offsets.push(offsetMs)
    const { whoIs } = client(propertiesOf('adapter'), { onClockCorrected })
    simulator.faults.add({ clockOffsetSeconds: minutes * minute })
    const begun = simulator.calls().length
    expect(await whoIs()).toMatch(/:user\/adapter$/)
    expect(await whoIs()).toMatch(/:user\/adapter$/)
    expect(simulator.calls().length - begun).toBe(3)
    expect(offsets.map(offsetMs => Math.round(offsetMs / 60_000))).toEqual([minutes])
  },
)

test('a refusal for the time without another time is the answer', async () => {
  const { request } = client(propertiesOf('adapter'))
  simulator.faults.add({ error: { status: 403, code: 'RequestTimeTooSkewed', message: 'no' } })
  const begun = simulator.calls().length
  expect(await request(callerIdentity)).toMatchObject({ status: 403 })
  expect(simulator.calls().length - begun).toBe(1)
})

/** `rolecall credentials` at an AWS that does not do as it should. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { FaultInput } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../../src/exit-codes.ts'
import { type FaultWorld, faultWorld, key, roleArn, variablesOf } from '../support/fault-world.ts'
import { planted } from '../support/planted.ts'
import { directoryWith, rolecall } from '../support/rolecall.ts'

const lost = exitCodes.credentials.code

/** Runs the command there; no secret is in what it says, nor, when it fails, in what it prints. */
async function credentials(world: FaultWorld, env: Readonly<Record<string, string>> = {}) {
  const said = await rolecall(['credentials', '--role-arn', roleArn], {
    cwd: directoryWith({}),
    env: { ...variablesOf(world), ...env },
  })
  world.secrets.expectNone({ err: said.err, ...(said.code === 0 ? {} : { out: said.out }) })
  return said
}

async function withFault(fault: FaultInput) {
  const world = await faultWorld()
  world.simulator.faults.add(fault)
  const began = performance.now()
  const said = await credentials(world)
  return { ...said, world, ms: performance.now() - began }
}

test.each<[string, FaultInput, number]>([
  ['an answer that is late, and not too late', { latencyMs: 1500 }, 1],
  ['503 twice', { error: { status: 503 }, count: 2 }, 3],
  ['an answer that is cut once', { body: 'truncated', count: 1 }, 2],
  ['a connection that is reset once', { connection: 'reset', count: 1 }, 2],
])('%s: credentials', async (_, fault, calls) => {
  const { code, err, out, world } = await withFault(fault)
  expect([code, err]).toEqual([0, ''])
  expect(JSON.parse(out)).toMatchObject({ AccessKeyId: expect.stringMatching(/^ASIA/) })
  expect(world.called('AssumeRole')).toBe(calls)
})

test('throttling with Retry-After is waited for', async () => {
  const { code, ms, world } = await withFault({
    error: 'throttling',
    retryAfterSeconds: 2,
    count: 1,
  })
  expect([code, world.called('AssumeRole')]).toEqual([0, 2])
  expect(ms).toBeGreaterThan(1900)
})

test.each<[string, FaultInput, RegExp]>([
  ['a storm of 503', { error: { status: 503 } }, /ServiceUnavailable/],
  [
    'throttling for longer than anybody waits',
    { error: 'throttling', retryAfterSeconds: 600 },
    /Rate exceeded/,
  ],
  ['answers that are cut', { body: 'truncated' }, /the exchange with 127\.0\.0\.1:\d+ failed: /],
  [
    'connections that are reset',
    { connection: 'reset' },
    /the exchange with 127\.0\.0\.1:\d+ failed: ECONNRESET/,
  ],
  ['no answer', { connection: 'hang' }, /no whole answer from 127\.0\.0\.1:\d+ within \d+ ms/],
])('%s: says so, with a hint', async (_, fault, message) => {
  const { code, err, out } = await withFault(fault)
  expect([code, out]).toEqual([lost, ''])
  expect(err).toMatch(message)
  expect(err).toMatch(/^rolecall: .*\nhint: .*\n$/m)
})

test('an endpoint that is down is told, and used when it is back', async () => {
  const world = await faultWorld()
  await world.down()
  const { code, err } = await credentials(world)
  expect([code, err]).toEqual([lost, expect.stringMatching(/ECONNREFUSED/)])
  await world.up()
  expect(await credentials(world)).toMatchObject({ code: 0, err: '' })
})

test.each([
  [1200, 'behind'],
  [-1200, 'ahead of'],
])(
  'a clock of AWS that is %i seconds off: credentials, their end by our clock, and a warning',
  async (clockOffsetSeconds, direction) => {
    const { code, err, out, world } = await withFault({ clockOffsetSeconds })
    expect([code, world.called('AssumeRole')]).toEqual([0, 2])
    expect(err).toMatch(
      new RegExp(
        `^warning: the clock of this machine is 1[12]\\d\\d seconds ${direction} that of AWS`,
      ),
    )
    const left = new Date(JSON.parse(out).Expiration).getTime() - Date.now()
    expect(left).toBeGreaterThan(3_500_000)
    expect(left).toBeLessThan(3_605_000)
  },
)

test('no word of a proxy’s password', async () => {
  const password = 'Planted+Pass/Of=The?Proxy'
  const proxy = createServer()
  proxy.on('connect', (_, socket) => {
    const secret = Buffer.from(`scan:${password}`).toString('base64')
    socket.end(`HTTP/1.1 407 Proxy Authentication Required\r\nx-seen: ${secret}\r\n\r\n${password}`)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  const address = proxy.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const world = await faultWorld()
  world.secrets.add(password)
  for (const at of [port, 1]) {
    const said = await credentials(world, {
      AWS_ENDPOINT_URL: 'https://sts.example.invalid',
      HTTPS_PROXY: `http://scan:${encodeURIComponent(password)}@127.0.0.1:${at}`,
    })
    expect([said.code, said.out]).toEqual([lost, ''])
    expect(said.err).toMatch(/proxy/i)
  }
})

test('no word of the token of a sign-in', async () => {
  const world = await faultWorld()
  const accessToken = 'planted+access/token=of=the=sign-in'
  world.secrets.add(accessToken)
  const cwd = directoryWith({
    config: `[default]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = Reader\n[sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://simulator.awsapps.com/start\n`,
  })
  const cache = join(cwd, '.aws', 'sso', 'cache')
  mkdirSync(cache, { recursive: true })
  const file = `${createHash('sha1').update('s').digest('hex')}.json`
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  writeFileSync(join(cache, file), JSON.stringify({ accessToken, expiresAt }))
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...env } = variablesOf(world)
  const ask = () => rolecall(['credentials'], { cwd, env: { ...env, AWS_CONFIG_FILE: 'config' } })
  const refused = await ask()
  world.simulator.faults.add({ error: { status: 503, message: accessToken } })
  const away = await ask()
  for (const { code, out, err } of [refused, away]) {
    expect([code, out]).toEqual([lost, ''])
    world.secrets.expectNone({ err })
  }
  expect(world.simulator.calls()[0]?.path).toBe('/federation/credentials')
})

test('the look for secrets finds them in each form', () => {
  const secrets = planted()
  secrets.add(key.secret)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const texts = [
    `x${key.secret}y`,
    encodeURIComponent(key.secret),
    ...['', 'a', 'ab', 'abc'].map(before => base64(`${before}${key.secret}yz`)),
    Buffer.from(`user:${key.secret}`).toString('base64url'),
  ]
  for (const text of texts) expect(secrets.foundIn(text)).toEqual([key.secret.slice(0, 6)])
  expect(secrets.foundIn(key.id)).toEqual([])
})

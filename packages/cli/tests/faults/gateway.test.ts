/** The signing gateway, as `rolecall gateway` and on `rolecall serve`, at an AWS that does not do as it should. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultInput } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { type FaultWorld, faultWorld, roleArn, variablesOf } from '../support/fault-world.ts'
import { directoryWith, start } from '../support/rolecall.ts'

const token = 'planted+token/of~the~caller+0000000000000'

/** A caller's way in, and how to end the program and look through all that it said. */
interface Running {
  ask(): Promise<{ status: number; text: string; headers: Headers }>
  end(): Promise<{ lines: Record<string, unknown>[]; err: string }>
}

const section = (world: FaultWorld, rest: string) => `
aws: { region: eu-central-1, endpoints: { sts: "${world.url}" } }
signingGateway:
  ${rest}
  role: ${roleArn}
  endpoints: { "*": "${world.url}" }
  callers:
    - { name: build, token: { env: CALLER_TOKEN }, allow: [{ services: [sts] }] }
`

async function startGateway(world: FaultWorld): Promise<Running> {
  world.secrets.add(token)
  const cwd = directoryWith({ 'g.yaml': section(world, 'listen: 127.0.0.1:0') })
  const parameters = ['gateway', '-c', 'g.yaml', '--audit', 'audit.jsonl']
  const program = start(parameters, { cwd, env: { ...variablesOf(world), CALLER_TOKEN: token } })
  const origin = await originOf(program, /signing on (http:\S+)/)
  return runningAt(world, origin, program, () => readFileSync(join(cwd, 'audit.jsonl'), 'utf8'))
}

async function startServe(world: FaultWorld): Promise<Running> {
  world.secrets.add(token)
  const file = `publicUrl: http://localhost\nlisten: { port: 0 }\n${section(world, 'prefix: /sign')}`
  const cwd = directoryWith({ 'c.yaml': file })
  const program = start(['serve', '-c', 'c.yaml'], {
    cwd,
    env: { ...variablesOf(world), CALLER_TOKEN: token },
  })
  const origin = await originOf(program, /listening on (http:\S+)/)
  const database = () => readFileSync(join(cwd, 'rolecall.db'), 'latin1')
  return runningAt(world, `${origin}/sign`, program, database)
}

type Program = ReturnType<typeof start>

async function originOf(program: Program, pattern: RegExp): Promise<string> {
  onTestFinished(() => void program.child.kill('SIGKILL'))
  let err = ''
  program.child.stderr.on('data', text => {
    err += text
  })
  await program.says('://')
  return pattern.exec(err)?.[1] ?? ''
}

function runningAt(
  world: FaultWorld,
  origin: string,
  program: Program,
  kept: () => string,
): Running {
  const url = `${origin}/sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15`
  const answers: string[] = []
  return {
    async ask() {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      const text = await answer.text()
      answers.push(text, JSON.stringify([...answer.headers]))
      return { status: answer.status, text, headers: answer.headers }
    },
    async end() {
      program.child.kill('SIGTERM')
      const { out, err } = await program.ended
      const audit = kept()
      world.secrets.expectNone({ out, err, audit, answers: answers.join('\n') })
      const lines = audit.startsWith('{') ? audit.trim().split('\n') : []
      return { lines: lines.map(line => JSON.parse(line)), err }
    },
  }
}

const well = { status: 200, text: expect.stringContaining(':assumed-role/Worker/build') }

test.each([
  ['rolecall gateway', startGateway],
  ['rolecall serve', startServe],
])('%s: what AWS says reaches the caller, and what it does not say is said', async (_, begin) => {
  const world = await faultWorld()
  const gateway = await begin(world)
  const { faults } = world.simulator
  faults.add({ operation: 'AssumeRole', error: { status: 503 }, count: 2 })
  expect(await gateway.ask()).toMatchObject(well)
  expect(world.called('AssumeRole')).toBe(3)

  const suffer = async (fault: FaultInput) => {
    const id = faults.add(fault)
    try {
      return await gateway.ask()
    } finally {
      faults.clear(id)
    }
  }
  expect(await suffer({ latencyMs: 700 })).toMatchObject(well)
  expect(await suffer({ error: { status: 503 } })).toMatchObject({
    status: 503,
    text: expect.stringContaining('<Code>ServiceUnavailable</Code>'),
  })
  const throttled = await suffer({ error: 'throttling', retryAfterSeconds: 7 })
  expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([400, '7'])
  expect(throttled.text).toContain('<Code>Throttling</Code>')
  await expect(suffer({ body: 'truncated' })).rejects.toThrow()
  const reset = await suffer({ connection: 'reset' })
  expect(reset).toMatchObject({ status: 502, text: expect.stringContaining('ECONNRESET') })
  await world.down()
  const away = await gateway.ask()
  expect(away).toMatchObject({ status: 502, text: expect.stringContaining('ECONNREFUSED') })
  await world.up()
  expect(await gateway.ask()).toMatchObject(well)
  // One session for all of it.
  expect(world.called('AssumeRole')).toBe(3)
  await gateway.end()
})

test('500 callers of the gateway at once cost one AssumeRole, and have a line each', async () => {
  const world = await faultWorld()
  const gateway = await startGateway(world)
  const { faults } = world.simulator
  faults.add({ operation: 'AssumeRole', latencyMs: 500 })
  const answers = await Promise.all(Array.from({ length: 500 }, gateway.ask))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  // The log of calls keeps 500, and the burst has filled it.
  expect(faults.list().map(({ hits }) => hits)).toEqual([1])
  const { lines } = await gateway.end()
  expect(lines.filter(({ type }) => type === 'delivery.request')).toHaveLength(500)
})

test('credentials that cannot be had are a 502 or 503 in words, and an audit line', async () => {
  const world = await faultWorld()
  const gateway = await startGateway(world)
  world.simulator.faults.add({ operation: 'AssumeRole', error: { status: 503 } })
  const { status, text } = await gateway.ask()
  expect([502, 503]).toContain(status)
  expect(text).toMatch(/<Code>\w+<\/Code><Message>[^<]{10,}/)
  const { lines } = await gateway.end()
  expect(lines).toMatchObject([
    { type: 'delivery.request', result: 'success' },
    { type: 'delivery.answer', result: 'error' },
  ])
})

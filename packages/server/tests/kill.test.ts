/** A gateway that is killed while it gives keys: no keys left it without their event. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { demoWorld, type Simulator, startSimulator } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { openStore, verifyChain } from '../src/index.ts'
import { createBrowserSessions } from '../src/signin/index.ts'
import { personOf } from './gateway.ts'

/** More for a longer look: `KILL_ROUNDS=200`. */
const rounds = Number(process.env.KILL_ROUNDS ?? 3)
/** The child; `KILL_PROGRAM` may name the same in one file, which starts in a fraction of the time. */
const program = process.env.KILL_PROGRAM ?? join(import.meta.dirname, 'serve-child.ts')
/** For the ends of what a test started, in milliseconds: others may use the machine. */
const patience = 60_000
const people = Array.from({ length: 8 }, (_, one) => `person${one}`)
const roles = ['prod/ReadOnly', 'prod/Administrator', 'sandbox/Developer']

test(
  `killed ${rounds} times while it gives keys: none left without its event`,
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rolecall-kill-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }), patience)
    const simulator = await startSimulator()
    onTestFinished(() => simulator.close(), patience)
    const origin = 'http://127.0.0.1:8080'
    const file = await writeConfiguration(directory, origin, simulator)
    const database = join(directory, 'rolecall.db')
    const cookies = await signEverybodyIn(database, simulator.idp.entityId)
    const seen = new Set<string>()
    // One database for all rounds: what a killed process left is what the next one finds. That one starts
    // meanwhile, so that two processes write to one log as well.
    let next = start(file)
    for (let round = 0; round < rounds; round++) {
      const started = await next
      if (round + 1 < rounds) next = start(file)
      await underLoad(started, origin, cookies, seen)
    }

    const store = await openStore(database)
    onTestFinished(() => store.close(), patience)
    const report = await verifyChain(store)
    expect(report).toMatchObject({ ok: true })
    const rows = await store.db.selectFrom('audit_events').select(['type', 'body']).execute()
    const keysOf = (type: string) =>
      new Set(rows.filter(row => row.type === type).map(row => JSON.parse(row.body).accessKeyId))
    const [taken, delivered] = [keysOf('role.taken'), keysOf('delivery.credentials')]
    expect(seen.size).toBeGreaterThan(rounds)
    expect([...seen].filter(key => !taken.has(key))).toEqual([])
    expect([...seen].filter(key => !delivered.has(key))).toEqual([])
  },
  120_000 + rounds * 30_000,
)

async function writeConfiguration(directory: string, origin: string, simulator: Simulator) {
  const metadata = await (await fetch(simulator.idp.metadataUrl)).text()
  writeFileSync(join(directory, 'idp.xml'), metadata)
  const file = join(directory, 'rolecall.yaml')
  const key = demoWorld.accounts[0]?.users?.[0]?.accessKeys?.[0]
  const grants = roles.map(name => {
    const [account, role] = name.split('/')
    return { name: role, groups: ['developers'], account, role }
  })
  const text = {
    publicUrl: origin,
    listen: { host: '127.0.0.1', port: 0 },
    store: { file: 'rolecall.db' },
    signIn: {
      password: false,
      saml: [{ id: 'company', metadata: { file: 'idp.xml' }, attributes: { username: 'uid' } }],
    },
    aws: {
      credentials: { source: 'static', accessKeyId: key?.id, secretAccessKey: key?.secret },
      endpoints: { sts: simulator.stsEndpoint },
    },
    accounts: { prod: { id: '100000000002' }, sandbox: { id: '100000000004' } },
    grants,
  }
  writeFileSync(file, JSON.stringify(text))
  return file
}

/** Their browser sessions outlive the processes. */
async function signEverybodyIn(database: string, basis: string): Promise<readonly string[]> {
  const store = await openStore(database)
  const sessions = createBrowserSessions({
    store,
    now: () => new Date(),
    random: randomBytes,
    limits: () => ({ idleSeconds: 36_000, absoluteSeconds: 36_000, commandSeconds: 0 }),
  })
  const nobody = { session: undefined, binding: undefined }
  const opened = people.map(name =>
    sessions.open({ principal: personOf(name, ['developers']), basis }, nobody),
  )
  const tokens = (await Promise.all(opened)).map(({ token }) => `rolecall=${token}`)
  await store.close()
  return tokens
}

/** A gateway that listens. */
interface Started {
  readonly child: ChildProcess
  readonly port: number
  readonly gone: Promise<void>
}

async function start(file: string): Promise<Started> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(file), 'compiled') }
  const child = fork(program, [file], { silent: true, env })
  let said = ''
  child.stderr?.on('data', text => {
    said += text
  })
  const gone = new Promise<void>(resolve => void child.once('exit', () => resolve()))
  const url = await Promise.race([
    new Promise<unknown>(resolve => void child.once('message', resolve)),
    gone.then(() => Promise.reject(new Error(`the gateway did not start: ${said}`))),
  ])
  return { child, port: Number(new URL(String(url)).port), gone }
}

/** Asks a gateway as fast as it answers, and kills it at some moment. */
async function underLoad(
  { child, port, gone }: Started,
  origin: string,
  cookies: readonly string[],
  seen: Set<string>,
): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  let isKilled = false
  const answered = Promise.withResolvers<void>()
  const ask = (cookie: string, role: string): Promise<void> =>
    new Promise(resolve => {
      const path = `/api/v1/roles/${role}/credentials`
      const headers = { cookie, origin }
      const sent = request({ host: '127.0.0.1', port, path, agent, method: 'POST', headers })
      sent.on('response', response => {
        answered.resolve()
        let text = ''
        response.on('data', data => {
          // Also of an answer that breaks off.
          text += data
          for (const [key] of text.matchAll(/ASIA[A-Z0-9]{16}/g)) seen.add(key)
        })
        response.on('error', () => undefined).on('close', resolve)
      })
      sent.on('error', () => resolve())
      sent.end()
    })
  const running = cookies.flatMap(cookie =>
    roles.map(async role => {
      while (!isKilled) await ask(cookie, role)
    }),
  )
  // From the first answer on: a machine may be slow.
  await Promise.race([answered.promise, gone])
  await new Promise(resolve => setTimeout(resolve, Math.random() * 300))
  isKilled = true
  child.kill('SIGKILL')
  await gone
  await Promise.all(running)
  agent.destroy()
}

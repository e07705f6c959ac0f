import { readFileSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { signRequest } from '@rolecall/aws'
import { demoWorld, startSimulator } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith, start } from './support/rolecall.ts'

const user = demoWorld.accounts[0]?.users?.[0]
const key = user?.accessKeys?.[0]
if (key === undefined) throw new Error('the demo world has a user with a key')
const env = { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret }
const role = 'arn:aws:iam::100000000001:role/security/SecurityAudit'
const identity = '/sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15'

async function simulated() {
  const simulator = await startSimulator({ world: demoWorld })
  onTestFinished(() => simulator.close())
  return simulator.stsEndpoint
}

async function startVerb(parameters: readonly string[], cwd = directoryWith({})) {
  const running = start(['gateway', ...parameters], { cwd, env })
  onTestFinished(() => void running.child.kill('SIGKILL'))
  let err = ''
  running.child.stderr.on('data', text => {
    err += text
  })
  await running.says('rolecall: signing on')
  const read = (pattern: RegExp) => pattern.exec(err)?.[1] ?? ''
  return { ...running, cwd, read, err: () => err }
}

function get(
  path: string,
  headers: Record<string, string>,
  where: { port: string } | { socketPath: string },
) {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request({ ...where, host: '127.0.0.1', path, headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', piece => {
        text += piece
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('without a file: a role, a token that works as printed, audit lines, no secret in them', async () => {
  const endpoint = await simulated()
  const verb = await startVerb([
    ...['--region', 'eu-central-1', '--role-arn', role, '--endpoint-url', endpoint],
    ...['--listen', '127.0.0.1:0', '--services', 'sts'],
  ])
  const token = verb.read(/TOKEN=(\S+)/)
  const port = verb.read(/127\.0\.0\.1:(\d+)/)
  const authorization = `Bearer ${token}`
  const answer = await get(identity, { authorization }, { port })
  expect(answer.text).toContain('assumed-role/SecurityAudit/me')
  expect(await get('/s3.eu-central-1.amazonaws.com/', { authorization }, { port })).toMatchObject({
    status: 403,
    text: expect.stringContaining('<Code>AccessDenied</Code>'),
  })
  expect(await get(identity, {}, { port })).toMatchObject({ status: 403 })
  verb.child.kill('SIGTERM')
  const { code, out } = await verb.ended
  expect(code).toBe(0)
  const lines = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toMatchObject([
    {
      type: 'delivery.request',
      result: 'success',
      principal: 'gateway:me',
      role,
      sessionName: 'me',
    },
    { type: 'delivery.answer', result: 'success', detail: { status: '200' } },
    { type: 'delivery.request', result: 'refused', code: 'signing-not-allowed' },
    { type: 'delivery.request', result: 'refused', code: 'signing-unknown-caller' },
  ])
  for (const secret of [token, key.secret]) expect(out).not.toContain(secret)
})

test('the key pair works as printed, for who signs with it', async () => {
  const endpoint = await simulated()
  const verb = await startVerb(['--endpoint-url', endpoint, '--listen', '127.0.0.1:0'])
  const port = verb.read(/127\.0\.0\.1:(\d+)/)
  const url = `http://127.0.0.1:${port}/?Action=GetCallerIdentity&Version=2011-06-15`
  const headers = signRequest(
    { method: 'GET', url },
    {
      credentials: {
        accessKeyId: verb.read(/AWS_ACCESS_KEY_ID=(\S+)/),
        secretAccessKey: verb.read(/AWS_SECRET_ACCESS_KEY=(\S+)/),
      },
      region: verb.read(/AWS_DEFAULT_REGION=(\S+)/),
      service: 'sts',
      now: new Date(),
    },
  )
  const answer = await get('/?Action=GetCallerIdentity&Version=2011-06-15', headers, { port })
  expect(answer.text).toContain('arn:aws:iam::100000000001:user/')
})

test('a Unix socket for its owner alone, and an audit file too', async () => {
  const endpoint = await simulated()
  const cwd = directoryWith({})
  const [socketPath, file] = [join(cwd, 'g.sock'), join(cwd, 'audit.jsonl')]
  const verb = await startVerb(
    ['--endpoint-url', endpoint, '--listen', `unix:${socketPath}`, '--audit', file],
    cwd,
  )
  const authorization = `Bearer ${verb.read(/TOKEN=(\S+)/)}`
  const answer = await get(identity, { authorization }, { socketPath })
  expect(answer.text).toContain('<GetCallerIdentityResult>')
  expect(statSync(socketPath).mode & 0o777).toBe(0o600)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).toContain('"by":"token"')
})

const fileOf = (endpoint: string) => `
aws:
  region: eu-central-1
  endpoints: { sts: "${endpoint}" }
signingGateway:
  listen: 127.0.0.1:0
  role: ${role}
  endpoints: { "*": "${endpoint}" }
  callers:
    - name: anyone
      anonymous: true
      allow:
        - services: [sts]
          methods: [GET]
`

test('a file: callers with rules, here one without a token', async () => {
  const cwd = directoryWith({ 'gateway.yaml': fileOf(await simulated()) })
  const verb = await startVerb(['-c', 'gateway.yaml'], cwd)
  const port = verb.read(/127\.0\.0\.1:(\d+)/)
  const answer = await get(identity, {}, { port })
  expect(answer.text).toContain('assumed-role/SecurityAudit/anyone')
  const page = await get(identity, { origin: 'https://example.com' }, { port })
  expect(page.text).toContain('comes from a web page')
})

test('a file with problems: each with its place, exit code 3', async () => {
  const cwd = directoryWith({
    'g.yaml': `signingGateway:
  listen: 0.0.0.0:9911
  callers:
    - name: a
      anonymous: true
    - name: a
      tokenSha256: "${'0'.repeat(64)}"
      allow: [{ services: [s3], methods: [GTE], paths: [/a*] }]
`,
  })
  const { code, err } = await inProcess(['gateway', '-c', join(cwd, 'g.yaml')], '', env)
  expect(code).toBe(exitCodes.configuration.code)
  for (const line of [
    'g.yaml:5:18: signingGateway.callers[0].anonymous: this is only for loopback and Unix sockets',
    'g.yaml:6:13: signingGateway.callers[1].name: this stands twice',
    'signingGateway.callers[1].allow[0].methods[0]: this is no method',
    'signingGateway.callers[1].allow[0].paths[0]: `*` stands for a whole segment',
    'tokens and bodies cross the network in the clear',
  ]) {
    expect(err).toContain(line)
  }
})

test.each([
  ['another address', ['--listen', '0.0.0.0:1'], 'usage', 'can be reached from elsewhere'],
  ['no address', ['--listen', 'here'], 'usage', 'no address to listen on'],
  ['no region', ['--region', 'mars'], 'usage', 'no region of AWS'],
  ['no role', ['--role-arn', 'admin'], 'usage', 'ARN'],
  ['two sources', ['--role', role, '--profile', 'x'], 'usage', '--role and --profile exclude'],
  ['a role of nobody', ['--role', role], 'configuration', 'no connection'],
  ['an endpoint in the clear', ['--endpoint-url', 'http://a.example.com'], 'usage', 'no https'],
  ['flags beside a file', ['-c', 'x', '--role-arn', role], 'usage', '--role-arn does not go with'],
  [
    'a profile that is not there',
    ['--profile', 'gone'],
    'credentials',
    'no credentials to sign with',
  ],
  ['no audit file', ['--audit', '/nowhere/a'], 'refused', 'cannot be written: ENOENT'],
] as const)('%s: what is wrong and what to do', async (_title, parameters, reason, message) => {
  const { code, err } = await inProcess(['gateway', ...parameters], '', env)
  expect(err).toContain(message)
  expect(err).toMatch(/\nhint: ./)
  expect(code).toBe(exitCodes[reason].code)
})

test('keys: the lines of a file that loads, and the same as JSON', async () => {
  const { out } = await inProcess(['gateway', 'keys', 'build-1'])
  const secret = /GATEWAY_SECRET_BUILD_1=(\S+)/.exec(out)?.[1] ?? ''
  const lines = out.split('\n\n')[0] ?? ''
  const cwd = directoryWith({
    'g.yaml': `aws: { endpoints: { sts: "http://127.0.0.1:1" } }\nsigningGateway:\n  listen: 127.0.0.1:0\n  callers:\n${lines}\n`,
  })
  const running = start(['gateway', '-c', 'g.yaml'], {
    cwd,
    env: { ...env, GATEWAY_SECRET_BUILD_1: secret },
  })
  onTestFinished(() => void running.child.kill('SIGKILL'))
  await running.says('for build-1')
  const json = JSON.parse((await inProcess(['gateway', 'keys', 'b', '--json'])).out)
  expect(Object.keys(json)).toEqual([
    'name',
    'token',
    'tokenSha256',
    'accessKeyId',
    'secretAccessKey',
  ])
  expect(await inProcess(['gateway', 'keys', 'a b'])).toMatchObject({ code: exitCodes.usage.code })
})

import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { StsClient, staticCredentials } from '@rolecall/aws'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith, rolecall, start } from './support/rolecall.ts'

/** Starts it and waits until it listens. */
async function running(parameters: readonly string[], cwd?: string) {
  const started = start(['simulator', ...parameters], cwd === undefined ? {} : { cwd })
  onTestFinished(() => void started.child.kill('SIGKILL'))
  await started.says('rolecall: simulator listening on http://127.0.0.1:')
  return started
}

const world = (name = 'ann') => `accounts:
  - id: "111122223333"
    users:
      - name: ${name}
        accessKeys: [{ id: AKIATESTANN000000001, secret: S3CRETMARKER-S3CRETMARKER }]
`

test('what it prints can be sourced; SIGTERM ends it with 0', async () => {
  const { child, ended } = await running([])
  child.kill('SIGTERM')
  const { code, out } = await ended
  expect(code).toBe(0)
  const { stdout } = spawnSync('sh', ['-c', `${out}\nenv`], { env: {}, encoding: 'utf8' })
  const env = Object.fromEntries(stdout.split('\n').map(line => line.split('=', 2)))
  expect(env).toMatchObject({
    AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    AWS_ACCESS_KEY_ID: 'AKIAROLECALLDEMOONLY',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  })
  expect(out).toMatch(/^# calls it received +http:\/\/127\.0\.0\.1:\d+\/_simulator\/calls$/m)
})

test('--json prints one line with the addresses and the environment', async () => {
  const { child, ended } = await running(['--json'])
  child.kill('SIGINT')
  const { code, out } = await ended
  expect(code).toBe(0)
  expect(out.trim().split('\n')).toHaveLength(1)
  const { url, env, idp, callsUrl, faultsUrl } = JSON.parse(out)
  expect(env.AWS_ENDPOINT_URL).toBe(url)
  expect([callsUrl, faultsUrl]).toEqual([`${url}/_simulator/calls`, `${url}/_simulator/faults`])
  expect(idp.metadataUrl).toMatch(/\/metadata$/)
})

test('a world of one’s own, on a port of one’s own; its secrets are not printed', async () => {
  const cwd = directoryWith({ 'world.yaml': world() })
  const port = await freePort()
  const { child, ended } = await running(['--world', 'world.yaml', '--port', String(port)], cwd)
  const keys = {
    accessKeyId: 'AKIATESTANN000000001',
    secretAccessKey: 'S3CRETMARKER-S3CRETMARKER',
  }
  const endpoint = `http://127.0.0.1:${port}`
  const credentials = staticCredentials(keys)
  const sts = new StsClient({ endpoint, region: 'us-east-1', credentials })
  expect((await sts.getCallerIdentity()).arn).toBe('arn:aws:iam::111122223333:user/ann')
  child.kill('SIGTERM')
  const { code, out, err } = await ended
  expect(code).toBe(0)
  expect(out).toContain(`export AWS_ENDPOINT_URL=${endpoint}\n`)
  expect(out + err).not.toContain('S3CRETMARKER')
  expect(out).toContain('# keys: those of a user of the world file')
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>(resolve => server.close(() => resolve()))
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a port that is taken: exit code 6 and what to do', async () => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, err } = await rolecall(['simulator', '--port', String(port)])
  expect(code).toBe(exitCodes.listen.code)
  expect(err).toContain(`rolecall: cannot listen on 127.0.0.1:${port}`)
  expect(err).toContain('hint: Choose another port')
})

test('--check: a good world file', async () => {
  const cwd = directoryWith({ 'world.yaml': world() })
  const checked = await inProcess(['simulator', '--check', `${cwd}/world.yaml`])
  expect(checked).toEqual({
    code: 0,
    out: `ok ${cwd}/world.yaml: 1 account, 0 roles, 1 user\n`,
    err: '',
  })
})

test('a bad world file: each problem with its key and remedy, no secret, exit code 3', async () => {
  const bad = `${world('"bad name"')}        tags: { a: 1 }\n    buckets: [{ name: NO }]\n`
  const cwd = directoryWith({ 'world.yaml': bad })
  for (const option of ['--check', '--world']) {
    const { code, out, err } = await inProcess(['simulator', option, `${cwd}/world.yaml`])
    expect([code, out]).toEqual([exitCodes.configuration.code, ''])
    expect(err).toContain('world.yaml: accounts.0.users.0.name: an IAM name has')
    expect(err).toContain('accounts.0.users.0.tags.a: ')
    expect(err).toContain('accounts.0.buckets.0.name: not a valid bucket name ("NO")')
    expect(err).toContain(`rolecall: 3 problems in ${cwd}/world.yaml\n`)
    expect(err).not.toContain('S3CRETMARKER')
  }
  const json = await inProcess(['simulator', '--check', `${cwd}/world.yaml`, '--json'])
  expect([json.code, json.err]).toEqual([exitCodes.configuration.code, ''])
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, problems: { length: 3 } })
})

test('a world file that is not there: exit code 3 and what to do', async () => {
  const { code, err } = await inProcess(['simulator', '--check', '/nowhere/world.yaml'])
  expect(code).toBe(exitCodes.configuration.code)
  expect(err).toContain('rolecall: cannot read /nowhere/world.yaml')
  expect(err).toContain('hint: Check the path and the YAML syntax')
})

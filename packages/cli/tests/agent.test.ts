import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { demoWorld, type Simulator, startSimulator } from '@rolecall/simulator'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith, rolecall, start } from './support/rolecall.ts'

const [key] = demoWorld.accounts[0].users[0].accessKeys
const readOnly = 'arn:aws:iam::100000000002:role/ReadOnly'
const deploy = 'arn:aws:iam::100000000002:role/ci/Deploy'
const credentialsFile = `[keys]\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}
[session]
aws_access_key_id = ASIAEXAMPLE
aws_secret_access_key = s
aws_session_token = t
`

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const env = () => ({
  AWS_SHARED_CREDENTIALS_FILE: 'credentials',
  AWS_ENDPOINT_URL_STS: simulator.stsEndpoint,
})

/** Starts the agent on a free port and waits until it listens; kills it when the test ends. */
async function agent(parameters: readonly string[], files: Record<string, string> = {}) {
  const cwd = directoryWith({ credentials: credentialsFile, ...files })
  const running = start(['agent', ...parameters], { cwd, env: env() })
  onTestFinished(() => void running.child.kill('SIGKILL'))
  const out = new Promise<string>(resolve => running.child.stdout.once('data', resolve))
  await running.says('rolecall: listening on http://')
  /** The lines of the output, as a shell would read them. */
  const variables = async () =>
    new Map(
      [...(await out).matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    )
  return { ...running, cwd, out, variables }
}

/** Parameters that look like files become files of the directory. */
const inDirectory = (directory: string) => (parameter: string) =>
  /^(no\/|[a-z]+\.yaml$)/.test(parameter) ? join(directory, parameter) : parameter

const free = ['--listen', '127.0.0.1:0']

/** An agent that serves one role, and what its variables say. */
async function readOnlyAgent() {
  const running = await agent([...free, '--profile', 'keys', '--role-arn', readOnly])
  const lines = await running.variables()
  const uri = lines.get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ?? ''
  const authorization = lines.get('AWS_CONTAINER_AUTHORIZATION_TOKEN') ?? ''
  return { ...running, lines, uri, authorization }
}

describe('rolecall agent', () => {
  test('serves a role as its printed lines say, logs it without a secret, and ends with 0', async () => {
    const { child, ended, lines, uri, authorization } = await readOnlyAgent()
    expect([...lines.keys()]).toHaveLength(2)
    const answer = await fetch(uri, { headers: { authorization } })
    const body: Record<string, string> = JSON.parse(await answer.text())
    expect(body).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA/),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      AccountId: '100000000002',
      RoleArn: readOnly,
    })
    expect((await fetch(uri)).status).toBe(401)
    expect((await fetch(new URL('/latest/meta-data/', uri))).status).toBe(404)
    child.kill('SIGTERM')
    const { code, err } = await ended
    expect(code).toBe(exitCodes.ok.code)
    const log = err.split('\n').filter(line => line.startsWith('{'))
    expect(log.map(line => JSON.parse(line))).toMatchObject([
      {
        protocol: 'container',
        peer: '127.0.0.1',
        path: '/credentials',
        status: 200,
        result: 'credentials',
        role: 'ReadOnly',
      },
      { status: 401, result: 'refused_token' },
      { status: 404 },
    ])
    for (const secret of [authorization, body.SecretAccessKey, body.Token, key.secret]) {
      expect(err).not.toContain(secret)
    }
  })

  test('hands out a session in the place of long-term keys', async () => {
    const { variables } = await agent([...free, '--profile', 'keys'])
    const lines = await variables()
    const uri = lines.get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ?? ''
    const authorization = lines.get('AWS_CONTAINER_AUTHORIZATION_TOKEN') ?? ''
    const answer = await fetch(uri, { headers: { authorization } })
    const text = await answer.text()
    const body: Record<string, string> = JSON.parse(text)
    expect(body.AccessKeyId).toMatch(/^ASIA/)
    expect(text).not.toContain(key.secret)
    const left = new Date(body.Expiration ?? '').getTime() - Date.now()
    expect(left).toBeLessThanOrEqual(3_600_000)
    expect(left).toBeGreaterThan(3_500_000)
  })

  test('serves IMDSv2, and version 1 only when told to', async () => {
    const common = [...free, '--profile', 'keys', '--role-arn', deploy, '--region', 'eu-central-1']
    const { variables } = await agent([...common, '--imds'])
    const endpoint = (await variables()).get('AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? ''
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(new URL(path, endpoint), { headers })
    expect((await get('/latest/meta-data/iam/security-credentials/')).status).toBe(401)
    const put = await fetch(new URL('/latest/api/token', endpoint), {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
    })
    const headers = { 'x-aws-ec2-metadata-token': await put.text() }
    const list = await get('/latest/meta-data/iam/security-credentials/', headers)
    expect(await list.text()).toBe('Deploy')
    const role = await get('/latest/meta-data/iam/security-credentials/Deploy', headers)
    expect(JSON.parse(await role.text())).toMatchObject({ Code: 'Success', Type: 'AWS-HMAC' })
    const region = await get('/latest/meta-data/placement/region', headers)
    expect(await region.text()).toBe('eu-central-1')

    const first = await agent([...common, '--imds-v1'])
    const open = (await first.variables()).get('AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? ''
    const answer = await fetch(new URL('/latest/meta-data/iam/security-credentials/', open))
    expect(await answer.text()).toBe('Deploy')
  })

  test('serves several roles from a file, each to its own token', async () => {
    const file = `listen: ["127.0.0.1:0", "[::1]:0"]
accessLog: access.jsonl
hosts: [agent.internal]
roles:
  deploy: { profile: keys, roleArn: "${deploy}", tokenFile: deploy.token }
  read: { profile: keys, roleArn: "${readOnly}", sessionName: reader }
imds: { roles: [read], missing: empty }
`
    const { cwd, out, child, ended } = await agent(['-c', 'agent.yaml', '--json'], {
      'agent.yaml': file,
    })
    const { origins, roles, imds } = JSON.parse(await out)
    expect(origins).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^http:\/\/\[::1\]:\d+$/),
    ])
    expect(imds).toEqual({ AWS_EC2_METADATA_SERVICE_ENDPOINT: `${origins[0]}/` })
    const tokenFile = roles.deploy.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
    expect(tokenFile).toBe(join(cwd, 'deploy.token'))
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600)
    const get = async (path: string, authorization: string, origin = origins[0]) => {
      const answer = await fetch(`${origin}${path}`, { headers: { authorization } })
      return [answer.status, JSON.parse(await answer.text()).RoleArn]
    }
    const deployToken = readFileSync(tokenFile, 'utf8')
    const readToken = roles.read.AWS_CONTAINER_AUTHORIZATION_TOKEN
    expect(await get('/credentials', deployToken)).toEqual([200, deploy])
    expect(await get('/credentials/read', readToken, origins[1])).toEqual([200, readOnly])
    expect(await get('/credentials/read', deployToken)).toEqual([401, undefined])
    child.kill('SIGTERM')
    await ended
    const log = readFileSync(join(cwd, 'access.jsonl'), 'utf8').trim().split('\n')
    expect(log.map(line => JSON.parse(line).role)).toEqual(['deploy', 'read', undefined])
    expect(statSync(join(cwd, 'access.jsonl')).mode & 0o777).toBe(0o600)
  })

  test('passes on the roles of a metadata proxy, and waits for one that is away', async () => {
    const proxy = createServer((request, response) => {
      const isList = request.url === '/latest/meta-data/iam/security-credentials/'
      const document = {
        Code: 'Success',
        AccessKeyId: 'ASIAUPSTREAM',
        SecretAccessKey: 'the+secret',
        Token: 'the+token',
        Expiration: '2126-01-01T00:00:00Z',
      }
      response.end(isList ? 'web\nbatch\n' : JSON.stringify(document))
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void proxy.close())
    const address = proxy.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { variables } = await agent([
      ...free,
      '--upstream',
      `http://127.0.0.1:${port}`,
      '--imds-v1',
    ])
    const lines = await variables()
    expect([...lines.keys()]).toEqual(['AWS_EC2_METADATA_SERVICE_ENDPOINT'])
    const endpoint = lines.get('AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? ''
    const get = async (path: string) => (await fetch(new URL(path, endpoint))).text()
    const roles = '/latest/meta-data/iam/security-credentials/'
    expect(await get(roles)).toBe('web\nbatch')
    expect(JSON.parse(await get(`${roles}batch`))).toMatchObject({
      Code: 'Success',
      AccessKeyId: 'ASIAUPSTREAM',
    })
    expect((await fetch(new URL(`${roles}other`, endpoint))).status).toBe(404)
    proxy.close()
    proxy.closeAllConnections()
    await agent([...free, '--upstream', `http://127.0.0.1:${port}`, '--role-arn', readOnly])
  })

  test.each([
    [['--profile', 'session'], exitCodes.credentials, 'gives a session and not its end'],
    [['--profile', 'typo'], exitCodes.credentials, 'typo'],
    [['--profile', 'keys', '--role-arn', 'ReadOnly'], exitCodes.usage, 'arn:aws:iam::'],
    [['--listen', 'example.com:80'], exitCodes.usage, '127.0.0.1:9912'],
    [
      ['--listen', '203.0.113.9:80', '--profile', 'keys', '--role-arn', readOnly],
      exitCodes.listen,
      'ip address',
    ],
    [['--upstream', 'http://afp.example'], exitCodes.usage, 'https://afp.example'],
    [['--upstream', 'https://afp.example', '--profile', 'x'], exitCodes.usage, 'exclude'],
    [['-c', 'agent.yaml', '--profile', 'x'], exitCodes.usage, 'exclude'],
    [['-c', 'missing.yaml'], exitCodes.configuration, 'no such file'],
    [['--shell', 'tcsh'], exitCodes.usage, 'sh, fish'],
    [['--profile', 'keys', '--token-file', 'no/token'], exitCodes.configuration, 'ENOENT'],
    [['--profile', 'keys', '--access-log', 'no/log'], exitCodes.configuration, 'ENOENT'],
  ])('%j ends with a hint', async (parameters, { code }, text) => {
    const directory = directoryWith({
      credentials: credentialsFile,
      'agent.yaml': `roles: { a: { profile: keys, roleArn: "${readOnly}" } }\n`,
    })
    const outcome = await inProcess(
      ['agent', ...free, ...parameters.map(inDirectory(directory))],
      '',
      { ...env(), AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials') },
    )
    expect([outcome.code, outcome.out]).toEqual([code, ''])
    expect(outcome.err).toContain(text)
    expect(outcome.err).toMatch(/^rolecall: .*\nhint: .*\n$/m)
    expect(outcome.err).not.toContain(key.secret)
  })

  test('says everything that is wrong in its file, where it stands', async () => {
    const cwd = directoryWith({
      'agent.yaml': `listen: somewhere
peers: [172.17.0.0/99]
upstream: http://afp.example
roles:
  a: { profile: x, source: default, roleArn: [nonsense] }
  "b c": {}
imds: { roles: [nobody], v2: true }
`,
    })
    const { code, err } = await inProcess(['agent', '-c', join(cwd, 'agent.yaml')])
    expect(code).toBe(exitCodes.configuration.code)
    expect(err).toContain('agent.yaml:1:9: listen:')
    expect(err).toContain('agent.yaml:2:9: peers[0]: this is no network ("172.17.0.0/99")')
    expect(err).toContain('agent.yaml:6:3: roles')
    expect(err).toContain('imds.v2: this key is not known here')
    const second = directoryWith({
      'agent.yaml': `upstream: http://afp.example
roles:
  a: { profile: x, source: default, roleArn: [nonsense] }
imds: { roles: [nobody] }
`,
    })
    const again = await inProcess(['agent', '-c', join(second, 'agent.yaml')])
    for (const text of [
      'agent.yaml:1:11: upstream:',
      'agent.yaml:3:28: roles.a.source: a profile is named already',
      'agent.yaml:3:47: roles.a.roleArn[0]: this is no role ARN ("nonsense")',
      'agent.yaml:4:17: imds.roles[0]: there is no such role ("nobody")',
    ]) {
      expect(again.err).toContain(text)
    }
  })

  test('hands out nothing more when nobody reads its log, and runs on', async () => {
    const { child, ended, uri, authorization } = await readOnlyAgent()
    child.stderr.destroy()
    child.stdout.destroy()
    for (let request = 0; request < 3; request++) {
      expect((await fetch(uri, { headers: { authorization } })).status).toBe(503)
    }
    child.kill('SIGTERM')
    expect((await ended).code).toBe(exitCodes.ok.code)
  })

  test('logs no character that a terminal obeys', async () => {
    const { child, ended, variables } = await agent([...free, '--profile', 'keys'])
    const uri = (await variables()).get('AWS_CONTAINER_CREDENTIALS_FULL_URI') ?? ''
    const name = '\x9b31m\x85\xad'
    await fetch(uri, { headers: { 'user-agent': name } })
    child.kill('SIGTERM')
    const { err } = await ended
    expect(err).not.toMatch(/[\x7f-\x9f\xad]/)
    const line = err.split('\n').find(each => each.startsWith('{')) ?? ''
    expect(JSON.parse(line).agent).toBe(name)
  })

  test('a signal ends a start that waits for a program', async () => {
    const cwd = directoryWith({
      config: '[profile slow]\ncredential_process = sleep 20\n',
    })
    const { child, ended } = start(['agent', ...free, '--profile', 'slow'], {
      cwd,
      env: { AWS_CONFIG_FILE: 'config', AWS_SHARED_CREDENTIALS_FILE: 'none' },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    setTimeout(() => child.kill('SIGTERM'), 2_000)
    expect(await ended).toMatchObject({ code: null, out: '' })
  })

  test('a token file that two roles share is a mistake, new or not', async () => {
    const role = `{ profile: keys, roleArn: "${readOnly}", tokenFile: shared.token }`
    const cwd = directoryWith({
      credentials: credentialsFile,
      'agent.yaml': `listen: 127.0.0.1:0\nroles:\n  a: ${role}\n  b: ${role}\n`,
    })
    for (let start = 0; start < 2; start++) {
      const { code, out, err } = await inProcess(['agent', '-c', join(cwd, 'agent.yaml')], '', {
        ...env(),
        AWS_SHARED_CREDENTIALS_FILE: join(cwd, 'credentials'),
      })
      expect([code, out]).toEqual([exitCodes.configuration.code, ''])
      expect(err).toContain('rolecall: roles a and b have the same token')
      expect(err).not.toContain(readFileSync(join(cwd, 'shared.token'), 'utf8'))
    }
  })

  test('runs on while AWS is away, and says so to its callers', async () => {
    const cwd = directoryWith({ credentials: credentialsFile })
    const away = start(['agent', ...free, '--profile', 'keys', '--role-arn', readOnly], {
      cwd,
      env: { ...env(), AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' },
    })
    onTestFinished(() => void away.child.kill('SIGKILL'))
    const out = new Promise<string>(resolve => away.child.stdout.once('data', resolve))
    await away.says('rolecall: listening on')
    await away.says('warning: ReadOnly has no credentials now')
    const [, uri = '', token = ''] = /URI=(\S+)\n.*TOKEN=(\S+)/.exec(await out) ?? []
    const answer = await fetch(uri, { headers: { authorization: token } })
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ Code: 'CredentialsUnavailable' })
  })
})

describe('rolecall credentials', () => {
  test('prints what credential_process prints', async () => {
    const cwd = directoryWith({ credentials: credentialsFile })
    const { code, out, err } = await rolecall(
      ['credentials', '--profile', 'keys', '--role-arn', readOnly, '--duration', '900'],
      { cwd, env: env() },
    )
    expect([code, err]).toEqual([0, ''])
    const document = JSON.parse(out)
    expect(document).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.any(String),
      AccountId: '100000000002',
    })
    const left = new Date(document.Expiration).getTime() - Date.now()
    expect(left).toBeGreaterThan(890_000)
    expect(left).toBeLessThanOrEqual(900_000)
    const keys = await inProcess(['credentials', '--profile', 'keys'], '', {
      ...env(),
      AWS_SHARED_CREDENTIALS_FILE: join(cwd, 'credentials'),
    })
    expect(JSON.parse(keys.out)).toEqual({
      Version: 1,
      AccessKeyId: key.id,
      SecretAccessKey: key.secret,
    })
  })

  test.each([
    [['--profile', 'typo'], exitCodes.credentials, {}],
    [['--profile', 'keys', '--role-arn', 'arn:aws:iam::1:role/x'], exitCodes.credentials, {}],
    [
      ['--profile', 'keys', '--role-arn', 'arn:aws:iam::999999999999:role/No'],
      exitCodes.credentials,
      {},
    ],
    [['--profile', 'keys', '--duration', '60'], exitCodes.usage, {}],
    [['--profile', 'keys'], exitCodes.configuration, { ROLECALL_CREDENTIALS_OF: 'a\nkeys' }],
  ])('%j ends with a hint and nothing on standard output', async (parameters, { code }, more) => {
    const directory = directoryWith({ credentials: credentialsFile })
    const credentials = join(directory, 'credentials')
    const outcome = await inProcess(['credentials', ...parameters], '', {
      ...env(),
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      ...more,
    })
    expect([outcome.code, outcome.out]).toEqual([code, ''])
    expect(outcome.err).toMatch(/^rolecall: .*\nhint: .*\n$/)
    expect(outcome.err).not.toContain(key.secret)
  })

  test('refuses what a process gives after its end', async () => {
    const document = { Version: 1, AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'the+secret' }
    const expired = { ...document, SessionToken: 't', Expiration: '2020-01-01T00:00:00Z' }
    const cwd = directoryWith({
      config: '[profile old]\ncredential_process = cat answer\n',
      answer: JSON.stringify(expired),
    })
    const { code, out, err } = await rolecall(['credentials', '--profile', 'old'], {
      cwd,
      env: { AWS_CONFIG_FILE: 'config', AWS_SHARED_CREDENTIALS_FILE: 'none' },
    })
    expect([code, out]).toEqual([exitCodes.credentials.code, ''])
    expect(err).toContain('ended at 2020-01-01T00:00:00.000Z (expired_credentials)')
    expect(err).not.toContain('the+secret')
  })

  test('a reader that has gone away gets no stack to read', async () => {
    const cwd = directoryWith({ credentials: credentialsFile })
    const { child, ended } = start(['credentials', '--profile', 'keys'], { cwd, env: env() })
    child.stdout.destroy()
    const { code, err } = await ended
    expect([code, err]).toEqual([exitCodes.internal.code, ''])
  })

  test.each([
    ['loop', 'profile loop', ['--profile', 'loop'], {}],
    ['default', 'default', [], { AWS_PROFILE: '' }],
  ])('a profile that asks for itself ends at once and is named: %s', async (...given) => {
    const [name, section, parameters, more] = given
    const main = join(import.meta.dirname, '..', 'src', 'main.ts')
    const command = ['credentials', ...parameters].join(' ')
    const program = `"${process.execPath}" "${main}" ${command}`
    const cwd = directoryWith({ config: `[${section}]\ncredential_process = ${program}\n` })
    const { code, out, err } = await rolecall(['credentials', ...parameters], {
      cwd,
      env: { AWS_CONFIG_FILE: 'config', AWS_SHARED_CREDENTIALS_FILE: 'none', ...more },
    })
    expect([code, out]).toEqual([exitCodes.credentials.code, ''])
    expect(err).toContain(
      `profile "${name}" gets its credentials from a command that asks for this`,
    )
  })

  test('takes a role with a profile of any kind', async () => {
    const cwd = directoryWith({
      credentials: credentialsFile,
      config: `[profile deploy]\nrole_arn = ${deploy}\nsource_profile = keys\nrole_session_name = me\n`,
    })
    const { code, out, err } = await rolecall(['credentials'], {
      cwd,
      env: { ...env(), AWS_CONFIG_FILE: 'config', AWS_PROFILE: 'deploy' },
    })
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ AccountId: '100000000002' })
  })
})

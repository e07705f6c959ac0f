/** `aws.credentials` of a file: each source, and the roles that are taken with it. */
import { createHash } from 'node:crypto'
import { mkdirSync, renameSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { demoWorld, startSimulator, type World } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../src/config/index.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

const key = demoWorld.accounts[0]?.users?.[0]?.accessKeys?.[0] ?? { id: '', secret: '' }
const answer = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 's3cret',
  Token: 'token',
  Expiration: '2126-01-01T00:00:00Z',
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function load(
  credentials: object,
  given: { env?: object; sts?: string; proxy?: object } = {},
) {
  const { proxy } = given
  const endpoints = given.sts === undefined ? {} : { sts: given.sts }
  const aws = { credentials, endpoints, ...(proxy === undefined ? {} : { proxy }) }
  const text = stringify({ publicUrl: 'http://localhost:8080/', aws })
  const folder = temporaryDirectory({ 'rolecall.yaml': text, token: 'a.web.token' })
  const env = { HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...given.env }
  return { result: await loadConfig(join(folder, 'rolecall.yaml'), { env }) }
}

async function got(credentials: object, given: { env?: object; sts?: string } = {}) {
  const { result } = await load(credentials, given)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  expect(result.warnings).toEqual([])
  return await result.config.aws.credentials.get()
}

test('the role of the instance, of the container, or the first that there is', async () => {
  const url = await serve((request, response) => {
    const body = request.method === 'PUT' ? 'token' : request.url?.endsWith('/') ? 'web' : answer
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  const instance = { AWS_EC2_METADATA_SERVICE_ENDPOINT: url, AWS_EC2_METADATA_DISABLED: '' }
  const container = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container` }
  const expected = { accessKeyId: 'ASIAEXAMPLE', sessionToken: 'token' }
  expect(await got({ source: 'instance' }, { env: instance })).toMatchObject(expected)
  expect(await got({ source: 'container' }, { env: container })).toMatchObject(expected)
  expect(await got({ source: 'default' }, { env: container })).toMatchObject(expected)
  expect(await got({ source: 'default' }, { env: instance })).toMatchObject(expected)
})

test('a program, which is not run for each caller', async () => {
  const script = `console.log(JSON.stringify({ Version: 1, AccessKeyId: 'AKIA' + process.pid, SecretAccessKey: 's' }))`
  const command = [process.execPath, '-e', script]
  const { result } = await load({ source: 'process', command })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const { credentials } = result.config.aws
  const ids = await Promise.all(Array.from({ length: 20 }, () => credentials.get()))
  expect(new Set(ids.map(one => one.accessKeyId)).size).toBe(1)
  expect(ids[0]?.accessKeyId).toMatch(/^AKIA\d+$/)
  expect(credentials.describe()).not.toContain('Version')
})

test('a web identity token, read relative to the file', async () => {
  const bodies: string[] = []
  const sts = await serve((request, response) => {
    request.on('data', chunk => bodies.push(String(chunk)))
    request.on('end', () => {
      const name = 'AssumeRoleWithWebIdentity'
      response.end(`<${name}Response><${name}Result><AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId>
        <Arn>arn:aws:sts::100000000001:assumed-role/Hub/rolecall</Arn></AssumedRoleUser><Credentials>
        <AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>t</SessionToken><Expiration>2126-01-01T00:00:00Z</Expiration></Credentials>
        </${name}Result></${name}Response>`)
    })
  })
  const role = 'arn:aws:iam::100000000001:role/Hub'
  const credentials = { source: 'web-identity', tokenFile: 'token', role }
  expect(await got(credentials, { sts })).toMatchObject({ accountId: '100000000001' })
  expect(bodies).toHaveLength(1)
  expect(bodies[0]).toContain('WebIdentityToken=a.web.token')
  expect(bodies[0]).toContain('RoleSessionName=rolecall&')
})

/** Two roles: the user may take the first, which may take the second with an external id. */
function world(): World {
  const [first, ...more] = demoWorld.accounts
  if (first === undefined) throw new Error('the demo world has no account')
  const trust = (principal: string, condition: object) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...condition },
    ],
  })
  const hub = {
    id: '200000000001',
    roles: [
      {
        name: 'First',
        trust: trust('arn:aws:iam::100000000001:user/rolecall', {}),
        mayAssume: ['arn:aws:iam::200000000001:role/*'],
      },
      {
        name: 'Second',
        trust: trust('arn:aws:iam::200000000001:role/First', {
          Condition: { StringEquals: { 'sts:ExternalId': 'ext-1' } },
        }),
      },
    ],
  }
  return { ...demoWorld, accounts: [first, ...more, hub] } as World
}

test('roles are taken one after the other', async () => {
  const simulator = await startSimulator({ world: world() })
  onTestFinished(() => simulator.close())
  const sts = simulator.stsEndpoint
  const env = { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret }
  const [first, second] = ['First', 'Second'].map(name => `arn:aws:iam::200000000001:role/${name}`)
  const assume = [{ role: first }, { role: second, externalId: 'ext-1', sessionName: 'gateway' }]
  const source = 'environment'
  expect(await got({ source, assume }, { env, sts })).toMatchObject({ accountId: '200000000001' })
  const refused = await load({ source, assume: [{ role: first }, { role: second }] }, { env, sts })
  expect(refused.result).toMatchObject({
    ok: true,
    warnings: [{ key: 'aws.credentials', message: expect.stringContaining('sts:AssumeRole') }],
  })
})

/** A proxy that lets nobody through, and whom it was asked for. */
async function startProxy() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(403).end()
  })
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 403 No\r\n\r\n')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('every source reaches AWS through the proxy, and what is on this machine without', async () => {
  const proxy = await startProxy()
  let direct = 0
  const url = await serve((_, response) => {
    direct += 1
    response.end(JSON.stringify(answer))
  })
  const role = 'arn:aws:iam::100000000001:role/Hub'
  const keys = 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s'
  const config = `[profile role]\nrole_arn = ${role}\nsource_profile = keys\n[profile keys]\n${keys}
[profile sso]\nsso_start_url = https://d.awsapps.com/start\nsso_region = eu-west-1
sso_account_id = 100000000001\nsso_role_name = Hub
[profile task]\nrole_arn = ${role}\ncredential_source = EcsContainer\n`
  const cached = createHash('sha1').update('https://d.awsapps.com/start').digest('hex')
  const token = { accessToken: 'token', expiresAt: '2126-01-01T00:00:00Z' }
  const folder = temporaryDirectory({ config, cached: JSON.stringify(token) })
  const cache = join(folder, '.aws', 'sso', 'cache')
  mkdirSync(cache, { recursive: true })
  renameSync(join(folder, 'cached'), join(cache, `${cached}.json`))
  const env = {
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container`,
  }
  const sts = 'sts.us-east-1.amazonaws.com:443'
  const sources: [object, string][] = [
    [{ source: 'profile', profile: 'role' }, sts],
    [{ source: 'profile', profile: 'sso' }, 'portal.sso.eu-west-1.amazonaws.com:443'],
    [{ source: 'profile', profile: 'task' }, sts],
    [{ source: 'web-identity', tokenFile: 'token', role }, sts],
    [{ source: 'container', assume: [{ role }] }, sts],
    [{ source: 'default', assume: [{ role }] }, sts],
  ]
  for (const [credentials, host] of sources) {
    proxy.asked.length = 0
    const { result } = await load(credentials, { env, proxy: { url: proxy.url } })
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    const failed = expect(result.config.aws.credentials.get()).rejects
    await failed.toMatchObject({ code: 'proxy_refused' })
    expect([credentials, [...new Set(proxy.asked)]]).toEqual([credentials, [host]])
  }
  expect(direct).toBeGreaterThanOrEqual(3)
})

test.each<[object, string]>([
  [
    { source: 'default', assume: [{ role: 'arn:aws-x:iam::100000000001:role/A' }] },
    'assume[0].role',
  ],
  [{ source: 'instance', assume: [{ role: 'A' }] }, 'assume[0].role'],
  [{ source: 'instance', assume: [{}] }, 'assume[0].role'],
  [{ source: 'process', command: [] }, 'command'],
  [{ source: 'process', command: [''] }, 'command'],
  [{ source: 'web-identity', tokenFile: 't', role: 'arn:aws-y:iam::100000000001:role/A' }, 'role'],
  [{ source: 'container', tokenFile: 't' }, 'tokenFile'],
])('%j is refused at %s', async (credentials, at) => {
  const { result } = await load(credentials)
  expect(result).toMatchObject({ ok: false, problems: [{ key: `aws.credentials.${at}` }] })
})

/** The gateway in a network where AWS is behind a proxy, under the company's own certificates. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import { federationEndpointOf, Secret } from '@rolecall/aws'
import { selfSignedCertificate } from '@rolecall/simulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CredentialsView } from '../src/http/api.ts'
import { signedIn, startGateway, type TestGateway } from './gateway.ts'

const [first, second] = ['sts.us-east-1.amazonaws.com', 'sts.us-west-2.amazonaws.com']
const hosts = [first, second, new URL(federationEndpointOf('aws')).hostname]
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const certificates = new Map(
  hosts.map(commonName => {
    const dates = { notBefore: new Date('2020-01-01'), notAfter: new Date('2099-01-01') }
    const der = selfSignedCertificate(privateKey, { commonName, ...dates })
    return [commonName, new X509Certificate(der).toString()]
  }),
)

const login = { username: 'gateway', password: new Secret('pr0xy') }
const authorization = `Basic ${Buffer.from('gateway:pr0xy').toString('base64')}`

let at: TestGateway
let proxy: string
const asked: string[] = []
let closed: string | undefined
const servers: Server[] = []

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** The simulator under the names of AWS, over TLS. */
async function startFront(): Promise<number> {
  const server = createTlsServer(
    {
      SNICallback: (name, done) => {
        const cert = certificates.get(name)
        if (cert === undefined) done(new Error(`no certificate for ${name}`))
        else done(null, createSecureContext({ key, cert }))
      },
    },
    (message, response) => {
      const { method, headers, url = '' } = message
      const onward = request(`${at.simulator.url}${url}`, { method, headers }, answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      message.pipe(onward)
    },
  )
  return await listen(server as Server)
}

async function startProxy(front: number): Promise<string> {
  const server = createServer()
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    const [host = ''] = (message.url ?? '').split(':')
    asked.push(host)
    if (message.headers['proxy-authorization'] !== authorization) {
      socket.end('HTTP/1.1 407 No\r\n\r\n')
    } else if (host === closed) {
      socket.end('HTTP/1.1 503 No\r\n\r\n')
    } else {
      const target = connect(front, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(target).pipe(socket)
      })
      socket.on('error', () => target.destroy())
      target.on('error', () => socket.destroy())
    }
  })
  return `http://127.0.0.1:${await listen(server)}`
}

async function reload(change: Partial<TestGateway['config']['aws']>): Promise<void> {
  const { config } = at
  const connection = { proxy: { url: proxy, ...login }, ca: [...certificates.values()].join('') }
  const endpoints = {
    sts: undefined,
    federation: undefined,
    console: undefined,
    iam: undefined,
    organizations: undefined,
  }
  await at.gateway.reload({
    ...config,
    aws: { ...config.aws, endpoints, ...connection, ...change },
  })
}

async function keys(): Promise<{ status: number; body: string }> {
  const alice = await signedIn(at)
  return await alice.postJson(`${at.url}/api/v1/roles/prod/ReadOnly/credentials`, {})
}

beforeAll(async () => {
  at = await startGateway()
  proxy = await startProxy(await startFront())
})
beforeEach(() => {
  asked.length = 0
  closed = undefined
})
afterAll(async () => {
  await at.close()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

test('everything for AWS goes through the proxy', async () => {
  await reload({})
  const alice = await signedIn(at)
  expect((await alice.get(`${at.url}/console/prod/ReadOnly`)).status).toBe(303)
  expect(asked).toEqual([first, hosts[2]])
})

test('the second region gives what the first one cannot', async () => {
  await reload({ failoverRegion: 'us-west-2' })
  closed = first
  const answer = await keys()
  expect(answer.status).toBe(200)
  const view: CredentialsView = JSON.parse(answer.body)
  expect(view.accessKeyId).toMatch(/^ASIA/)
  expect(new Set(asked)).toEqual(new Set([first, second]))
})

test.each([
  [
    'a proxy that knows nobody',
    () => ({ proxy: { url: proxy, username: 'x', password: new Secret('hunter2') } }),
    /"proxy_refused".*the proxy 127\.0\.0\.1:\d+ refused to reach sts\.us-east-1\.amazonaws\.com:443 with status 407/,
  ],
  ['other authorities', () => ({ ca: undefined }), /SELF_SIGNED/],
])('with %s AWS is out of reach, and the audit log says why', async (_, change, why) => {
  await reload(change())
  const answer = await keys()
  expect(answer.status).toBe(502)
  const [newest] = await at.gateway.audit.recent({ limit: 1 })
  const told = JSON.stringify(newest)
  expect(newest?.event).toMatchObject({ type: 'role.refused', result: 'error' })
  expect(told).toMatch(why)
  expect(told).not.toContain('hunter2')
})

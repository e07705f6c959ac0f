/** Headers count only with the proxy's client certificate: real certificates, real TLS. */
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { Secret } from '@rolecall/aws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Config,
  createServer,
  type GatewayServer,
  openStore,
  type Store,
} from '../src/index.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { type RawRequest, sendRaw } from './support/raw-request.ts'

const folder = mkdtempSync(join(tmpdir(), 'rolecall-mtls-'))
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const openssl = (...parameters: string[]) =>
  execFileSync('openssl', parameters, { cwd: folder, stdio: 'pipe' })

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

function makeAuthority(name: string): void {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`]
  openssl('req', '-x509', ...newKey, ...files, '-subj', `/CN=${name}`, '-days', '2')
}

function makeClient(name: string, host: string, authority: string, days = '1'): void {
  openssl(
    'req',
    '-new',
    ...newKey,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    '/O=x',
  )
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${host}\n`)
  const by = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial']
  const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', `${name}.ext`]
  openssl('x509', '-req', ...files, ...by, '-days', days)
}

let at: TestGateway
let store: Store
let gateway: GatewayServer
let url: string

const fixtures = join(import.meta.dirname, 'fixtures', 'tls')
const server = {
  certificate: readFileSync(join(fixtures, 'localhost-cert.pem'), 'utf8'),
  key: new Secret(readFileSync(join(fixtures, 'localhost-key.pem'), 'utf8')),
}

type Pin = NonNullable<Config['signIn']['headers'][number]['clientCertificate']>

const configFor = (pins: readonly Pin[]): Config => ({
  ...at.config,
  listen: { ...at.config.listen, port: 0, tls: server },
  signIn: {
    ...at.config.signIn,
    headers: pins.map((clientCertificate, index) => ({
      id: `proxy${index}`,
      title: 'Proxy',
      emailDomains: [],
      from: ['127.0.0.1'],
      username: `x-user-${index}`,
      lowerCase: false,
      displayName: undefined,
      email: undefined,
      groups: undefined,
      separator: ',',
      secret: undefined,
      clientCertificate,
      groupsFrom: [],
      logoutUrl: undefined,
    })),
  },
})

const byName = (authority: string, subject: string): Pin => ({
  ca: read(`${authority}.pem`),
  subject,
  fingerprint: undefined,
})

beforeAll(async () => {
  for (const authority of ['ours', 'theirs']) makeAuthority(authority)
  makeClient('proxy', 'proxy.example.com', 'ours')
  makeClient('wild', '*.example.com', 'ours')
  makeClient('other', 'other.example.com', 'ours')
  makeClient('foreign', 'proxy.example.com', 'theirs')
  at = await startGateway()
  store = await openStore(':memory:')
  const pins = [byName('ours', 'proxy.example.com'), byName('theirs', 'proxy.example.com')]
  gateway = await createServer({ config: configFor(pins), store, now: () => at.clock.now })
  url = (await gateway.listen()).replace('127.0.0.1', 'localhost')
})
afterAll(async () => {
  await gateway.close()
  await store.close()
  await at.close()
  rmSync(folder, { recursive: true, force: true })
})

async function statusOf(name: string | undefined, header = 'X-User-0'): Promise<number> {
  at.clock.advance(120)
  const tls: NonNullable<RawRequest['tls']> = {
    ca: server.certificate,
    ...(name === undefined ? {} : { cert: read(`${name}.pem`), key: read(`${name}.key`) }),
  }
  return (await sendRaw(`${url}/api/v1/me`, { headers: [header, 'alice'], tls })).status
}

/** One request on a connection of its own, as nginx makes them: with the TLS session of an earlier one. */
function visit(session: Buffer | undefined) {
  const { port } = new URL(url)
  const given = { cert: read('proxy.pem'), key: read('proxy.key'), ca: server.certificate }
  return new Promise<{ status?: string; session?: Buffer; isReused: boolean }>((done, reject) => {
    const to = { host: '127.0.0.1', port: Number(port), servername: 'localhost' }
    const socket = connect({ ...to, ...given, ...(session && { session }) })
    let text = ''
    let newest: Buffer | undefined
    let isReused = false
    socket.on('session', ticket => {
      newest = ticket
    })
    socket.on('data', (chunk: Buffer) => {
      text += chunk
      isReused = socket.isSessionReused()
    })
    socket.once('error', reject)
    socket.once('close', () => {
      const [, status] = /^HTTP\/1.1 (\d+)/.exec(text) ?? []
      done({ ...(status && { status }), ...(newest && { session: newest }), isReused })
    })
    const lines = ['GET /api/v1/me HTTP/1.1', `Host: localhost:${port}`, 'X-User-0: alice']
    socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`)
  })
}

describe('the headers of a proxy with a client certificate', () => {
  test('count with the one that is pinned by its name', async () => {
    expect(await statusOf('proxy')).toBe(200)
  })

  test.each([
    ['none', undefined, 'none'],
    ['one of another name', 'other', 'another name'],
    ['one for every name', 'wild', 'another name'],
    ['one of an authority that another source trusts', 'foreign', 'issued by another'],
  ])('do not with %s', async (_title, name, received) => {
    expect(await statusOf(name)).toBe(403)
    const [event] = await gateway.audit.recent({ limit: 1 })
    expect(event?.event).toMatchObject({ code: 'proxy-unproven', source: 'proxy0' })
    expect(event?.event.detail?.received).toContain(received)
  })

  test('are those of the source whose authority it is', async () => {
    expect(await statusOf('foreign', 'X-User-1')).toBe(200)
    expect(await statusOf('proxy', 'X-User-1')).toBe(403)
  })

  test('count by the fingerprint, and a reload changes it', async () => {
    const { fingerprint256 } = new X509Certificate(read('proxy.pem'))
    const fingerprint = fingerprint256.replaceAll(':', '').toLowerCase()
    const pin = { ca: read('ours.pem'), subject: undefined, fingerprint }
    expect(await gateway.reload(configFor([pin]))).toEqual([])
    expect(await statusOf('proxy')).toBe(200)
    expect(await statusOf('other')).toBe(403)
    expect(await gateway.reload(configFor([byName('ours', 'proxy.example.com')]))).toEqual([])
  })

  test('count on a TLS session that is taken up again', async () => {
    const first = await visit(undefined)
    const second = await visit(first.session)
    expect([first.isReused, second.isReused]).toEqual([false, true])
    expect([first.status, second.status]).toEqual(['200', '200'])
  })

  test('whose authority leaves do not count any more', async () => {
    await gateway.reload(configFor([byName('theirs', 'proxy.example.com')]))
    expect(await statusOf('proxy')).toBe(403)
    expect(await statusOf('foreign')).toBe(200)
    await gateway.reload(configFor([byName('ours', 'proxy.example.com')]))
  })

  test('do not when it is out of its time', async () => {
    makeClient('late', 'proxy.example.com', 'ours', '-1')
    expect(await statusOf('late')).toBe(403)
  })
})

test('whether clients are asked for a certificate changes with a restart', async () => {
  const none = await gateway.reload(configFor([]))
  expect(none).toEqual(['signIn.headers.clientCertificate'])
  // A client without one is served all the same.
  const tls = { ca: server.certificate }
  expect((await sendRaw(`${url}/healthz`, { tls })).status).toBe(200)
})

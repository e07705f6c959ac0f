/** A gateway with AFP's API for people and machines, DNS of its own, and a raw client. */
import { type IncomingHttpHeaders, request } from 'node:http'
import { hash } from '@node-rs/argon2'
import { demoWorld, type World } from '@rolecall/simulator'
import { type Config, createDirectory, type GrantRule } from '../../src/index.ts'
import { account, grant, startGateway, type TestGateway } from '../gateway.ts'
import { type DnsServer, hostRecords, startDnsServer } from '../support/dns-server.ts'

/** What came back; header names in lower case. */
export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** How a request is sent. */
export interface RawOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Of Basic. */
  readonly user?: string
  readonly password?: string
  /** The address that it comes from: any of 127.0.0.0/8. */
  readonly from?: string
  readonly body?: string
}

export const password = 'a good long password'
export const people = '/afp-api/latest'
export const machines = '/latest'
export const web = { name: 'web01.rz.example.com', address: '127.0.0.11' }
export const broken = { name: 'old01.rz.example.com', address: '127.0.0.12' }
export const many = { name: 'two01.rz.example.com', address: '127.0.0.13' }
export const late = { name: 'late01.rz.example.com', address: '127.0.0.16' }
/** Not on this machine: it asks through a proxy. */
export const far = { name: 'far01.rz.example.com', address: '10.20.30.40' }
/** In DNS, without a role. */
export const idle = { name: 'new01.rz.example.com', address: '127.0.0.14' }

const prod = account('prod', '100000000002')
const sandbox = account('sandbox', '100000000004')
/** For machines whose host name matches. */
const hosts = (name: string) => ({
  machines: { name, domains: ['rz.example.com'], preset: undefined, networks: undefined },
})
/** The roles of the demo that the API gives. */
export const grants: readonly GrantRule[] = [
  grant(prod, 'ReadOnly', { groups: ['staff'] }),
  grant(sandbox, 'Developer', { groups: ['staff'] }),
  grant(sandbox, 'Administrator', { groups: ['staff'] }),
  grant(sandbox, 'NotThere', { groups: ['broken'] }),
  grant(sandbox, 'Developer', { name: 'hosts', ...hosts('(web|two|far)01') }),
  grant(sandbox, 'Administrator', { name: 'two', ...hosts('two01') }),
  grant(sandbox, 'NotThere', { name: 'old', ...hosts('old01') }),
  grant(prod, 'ReadOnly', { name: 'late', ...hosts('late01') }),
]

/** The gateway and its DNS. */
export interface FederationGateway extends TestGateway {
  readonly dns: DnsServer
  send(path: string, options?: RawOptions): Promise<RawAnswer>
  /** As alice, with her password. */
  asAlice(path: string, options?: RawOptions): Promise<RawAnswer>
}

/** Starts both; the local users alice (staff), broken (broken) and nobody (no group) are there. */
export async function startFederationGateway(
  change: (config: Config) => Config = config => config,
  world: World = demoWorld,
): Promise<FederationGateway> {
  const dns = await startDnsServer(
    [web, broken, many, late, idle, far].flatMap(({ name, address }) => hostRecords(name, address)),
  )
  const at = await startGateway(
    config =>
      change({
        ...config,
        grants,
        signIn: {
          ...config.signIn,
          machines: {
            id: 'machines',
            domains: ['rz.example.com'],
            networks: ['127.0.0.0/8', '10.0.0.0/8'],
            nameServers: [dns.address],
            timeoutMs: 1000,
          },
        },
        federationApi: [
          { prefix: people, for: 'people', sources: ['local'] },
          { prefix: machines, for: 'machines', hosts: ['ims.example.com'], plainHttp: false },
        ],
      }),
    world,
  )
  const directory = createDirectory(at.store, { now: () => at.clock.now })
  await directory.add({ username: 'alice', groups: ['staff'], password })
  await directory.add({ username: 'broken', groups: ['broken'], password })
  await directory.add({ username: 'nobody', groups: [], password })
  // Each request checks the password anew: a hash of the least cost keeps the tests quick.
  const least = { memoryCost: 8, timeCost: 1, parallelism: 1 }
  const password_hash = await hash(password, least)
  await at.store.db.updateTable('users').set({ password_hash }).execute()
  const send = (path: string, options: RawOptions = {}) => sendRaw(at.url, path, options)
  return {
    ...at,
    dns,
    send,
    asAlice: (path, options = {}) => send(path, { user: 'alice', ...options }),
    async close() {
      await at.close()
      await dns.close()
    },
  }
}

/** One request, exactly as given: the path is not touched. */
export function sendRaw(url: string, path: string, options: RawOptions): Promise<RawAnswer> {
  const { method = 'GET', headers = {}, user, from, body } = options
  const basic = Buffer.from(`${user}:${options.password ?? password}`).toString('base64')
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        path,
        method,
        ...(from === undefined ? {} : { localAddress: from }),
        headers: { ...(user === undefined ? {} : { authorization: `Basic ${basic}` }), ...headers },
        agent: false,
      },
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}

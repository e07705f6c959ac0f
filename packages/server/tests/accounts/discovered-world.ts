/** An organization in the simulator, and a discovery that reads it. */
import { createHttpSend, roleCredentials, StsClient, staticCredentials } from '@rolecall/aws'
import { type Simulator, startSimulator, type World } from '@rolecall/simulator'
import { onTestFinished } from 'vitest'
import { createDiscovery, type Discovery, type DiscoveryOptions } from '../../src/accounts/index.ts'
import { type Account, type Config, openStore, type Store } from '../../src/index.ts'

const keys = { id: 'AKIAROLECALLGATEWAY1', secret: 'gateway-secret-of-the-test-0123456789' }
export const management = '100000000001'
const gateway = `arn:aws:iam::${management}:user/gateway`
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: gateway }, Action: 'sts:AssumeRole' }],
}
/** Trusts a role of the management account. */
export const trustOf = (name: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${management}:role/${name}` },
      Action: 'sts:AssumeRole',
    },
  ],
})
const mayRead = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'iam:ListRoles',
        'iam:ListRoleTags',
        'organizations:ListAccounts',
        'organizations:ListTagsForResource',
      ],
      Resource: '*',
    },
  ],
}

type WorldAccount = World['accounts'][number]
type WorldRole = NonNullable<WorldAccount['roles']>[number]

/** The role that reads an account. */
export const reader: WorldRole = { name: 'Reader', path: '/team/', trust, policies: [mayRead] }

/** A role of the world. */
export const role = (name: string, over: Partial<WorldRole> = {}): WorldRole => ({
  name,
  trust,
  ...over,
})

/** An account of the world with these roles beside the one that reads. */
export const worldAccount = (
  id: string,
  name: string,
  roles: readonly WorldRole[] = [],
  over: Partial<WorldAccount> = {},
): WorldAccount => ({ id, name, roles: [reader, ...roles], ...over })

/** An organization of these accounts and the management account. */
export function worldOf(...accounts: readonly WorldAccount[]): World {
  const user = {
    name: 'gateway',
    accessKeys: [keys],
    mayAssume: ['arn:aws:iam::*:role/*'],
    policies: [mayRead],
  }
  return {
    accounts: [worldAccount(management, 'Management', [], { users: [user] }), ...accounts],
    organization: { managementAccount: management },
  }
}

/** The configuration as far as the discovery goes. */
export type DiscoveryTestConfig = Pick<Config, 'accounts' | 'aws' | 'discovery'>

const minute = 60_000

/** What a test discovers unless it says otherwise. */
export const everything: NonNullable<Config['discovery']> = {
  organizations: {
    role: undefined,
    externalId: undefined,
    everyMs: 15 * minute,
    tags: true,
    exclude: [],
  },
  roles: {
    path: '/team/',
    name: 'Reader',
    externalId: undefined,
    everyMs: 15 * minute,
    pathPrefix: '/',
    tags: true,
    tagsEveryMs: 30 * minute,
  },
  keepMs: 120 * minute,
}

/** A discovery over a simulator, its clock, and what it said. */
export interface DiscoveredWorld {
  readonly discovery: Discovery
  readonly simulator: Simulator
  readonly store: Store
  readonly clock: { now: number }
  readonly warnings: string[]
  /** `prod: AccessDenied: …` when a problem begins, `prod: read` when it ends. */
  readonly told: string[]
  config: DiscoveryTestConfig
  /** Another discovery over the same store, as after a restart. */
  again(): Promise<Discovery>
  /** Operations that AWS received since the last call of this. */
  asked(): string[]
}

/** Starts it; everything is closed when the test has finished. */
export async function discover(
  world: World,
  over: Partial<DiscoveryTestConfig> = {},
  given: { readonly simulator?: Simulator; readonly store?: Store } = {},
): Promise<DiscoveredWorld> {
  const clock = { now: Date.parse('2026-01-02T03:04:05Z') }
  const now = () => new Date(clock.now)
  const simulator = given.simulator ?? (await startSimulator({ world, now }))
  const store = given.store ?? (await openStore(':memory:'))
  const credentials = staticCredentials({ accessKeyId: keys.id, secretAccessKey: keys.secret })
  const warnings: string[] = []
  const told: string[] = []
  const state: { config: DiscoveryTestConfig } = {
    config: {
      accounts: [],
      discovery: everything,
      aws: {
        region: 'us-east-1',
        credentials,
        sourceIdentity: true,
        endpoints: {
          sts: simulator.stsEndpoint,
          federation: undefined,
          console: undefined,
          iam: simulator.url,
          organizations: simulator.url,
        },
        timeoutMs: 5000,
        failoverRegion: undefined,
        proxy: undefined,
        noProxy: [],
        ca: undefined,
      },
      ...over,
    },
  }
  const http = createHttpSend()
  const at = { region: 'us-east-1', endpoint: simulator.stsEndpoint, http, now }
  const sts = new StsClient({ ...at, credentials })
  const through = (roleArn: string) => {
    const source = staticCredentials({ accessKeyId: keys.id, secretAccessKey: keys.secret })
    const taken = roleCredentials({ source, sts: at, roleArn, roleSessionName: 'gateway' })
    return new StsClient({ ...at, credentials: taken })
  }
  const options: DiscoveryOptions = {
    config: () => state.config,
    store,
    now,
    random: () => 0.5,
    aws: { sts: () => sts, through, http },
    warn: message => warnings.push(message),
    onChange: ({ account, problem }) =>
      told.push(`${account?.alias ?? 'organization'}: ${problem?.message ?? 'read'}`),
  }
  const opened: Discovery[] = []
  const open = async () => {
    const discovery = await createDiscovery(options)
    opened.push(discovery)
    return discovery
  }
  const discovery = await open()
  onTestFinished(async () => {
    await Promise.all(opened.map(one => one.close()))
    if (given.store === undefined) await store.close()
    if (given.simulator === undefined) await simulator.close()
  })
  let last = 0
  return {
    discovery,
    simulator,
    store,
    clock,
    warnings,
    told,
    get config() {
      return state.config
    },
    set config(next) {
      state.config = next
    },
    again: open,
    asked() {
      const calls = simulator.calls().filter(({ number }) => number > last)
      last = Math.max(last, ...calls.map(({ number }) => number))
      return calls.map(({ operation }) => operation ?? '').reverse()
    },
  }
}

/** The names of an account's roles, of those that are known. */
export function rolesOf(discovery: Discovery, alias: string): string[] | undefined {
  const catalog = discovery.catalog()
  const account: Account | undefined = catalog.account(alias)
  return account && catalog.roles(account)?.map(({ name }) => name)
}

import { createHmac, generateKeyPairSync } from 'node:crypto'
import { httpSend } from '@rolecall/aws'
import { type Simulator, startSimulator, type World } from '@rolecall/simulator'
import { afterAll } from 'vitest'
import type { Ask, Choice } from '../../src/ask/ask.ts'
import type { Connection } from '../../src/connections/connection.ts'
import type { Remembered, SecurityKey, SignInParts } from '../../src/providers/provider.ts'

export const production = '111122223333'
export const staging = '444455556666'
const provider = (account: string) => `arn:aws:iam::${account}:saml-provider/JumpCloud`
export const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`

/** base32 of the seed of RFC 6238, appendix B. */
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
export const keyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const credentialId = Buffer.from('credential of alice').toString('base64url')
const publicKey = keyPair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey

const person = (name: string, more: object = {}) => ({
  email: `${name}@example.com`,
  password: `secret of ${name}`,
  ...more,
})

const account = (id: string, names: readonly string[]) => ({
  id,
  samlProviders: [{ name: 'JumpCloud', metadata: 'jumpcloud' }],
  roles: names.map(name => ({
    name,
    trust: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: provider(id) },
        Action: 'sts:AssumeRoleWithSAML',
      },
    },
  })),
})

const pair = (id: string, name: string) => ({ role: role(id, name), provider: provider(id) })

/** One person for each factor and each state of an account. */
export const jumpCloudWorld = {
  accounts: [account(production, ['Admin', 'ReadOnly']), account(staging, ['Admin'])],
  jumpCloud: {
    people: [
      person('plain'),
      person('tom', { totp: seed }),
      person('pia', { push: 'asks' }),
      person('kai', {
        securityKeys: [
          { id: 'b3RoZXI', publicKey: otherKey.export({ type: 'spki', format: 'pem' }).toString() },
          { id: credentialId, publicKey },
        ],
      }),
      person('dora', { duo: { push: 'accepted', passcode: '7654321' } }),
      person('denis', { duo: { push: 'denied' } }),
      person('uma', { duo: { prompt: 'universal' } }),
      person('all', { totp: seed, push: 'accepted', duo: {}, unavailable: ['duo'] }),
      person('none', { unavailable: ['totp', 'push'] }),
      person('lou', { state: 'locked' }),
      person('sue', { state: 'suspended' }),
      person('exa', { state: 'passwordExpired' }),
      person('thea', { state: 'throttled' }),
    ],
    applications: [
      {
        name: 'aws',
        label: 'AWS Production',
        roles: [pair(production, 'Admin'), pair(production, 'ReadOnly')],
        sessionDuration: 28_800,
      },
      {
        name: 'aws-all',
        label: 'AWS all',
        roles: [pair(production, 'Admin'), pair(staging, 'Admin')],
      },
      { name: 'wiki', label: 'Wiki' },
      { name: 'mail', label: 'AWS Mail', type: 'bookmark' },
      { name: 'guarded', label: 'Guarded', policy: { error: '4014' }, roles: [] },
      { name: 'device', label: 'Device', policy: { leadsTo: 'https://trust.example.net/check' } },
      { name: 'others', label: 'Others', people: ['tom@example.com'] },
    ],
  },
} as const satisfies World

/** A clock that stands until it is moved. */
export function standingClock() {
  // In the middle of a step of one-time codes.
  let time = Math.floor(Date.now() / 30_000) * 30_000 + 10_000
  return {
    now: () => new Date(time),
    forward(ms: number) {
      time += ms
    },
  }
}

export type Clock = ReturnType<typeof standingClock>

/** The one-time code at a time (RFC 6238). */
export function codeAt(now: Date): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / 30_000)))
  const digest = createHmac('sha1', '12345678901234567890').update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The simulator of a test file, with a clock that the sign-in's waiting moves. */
export async function runWorld(
  world: World = jumpCloudWorld,
): Promise<{ readonly simulator: Simulator; readonly clock: Clock }> {
  const clock = standingClock()
  const simulator = await startSimulator({ world, now: clock.now })
  afterAll(() => simulator.close())
  return { simulator, clock }
}

/** A person who answers as written, and what they were shown. */
export interface ScriptedAsk extends Ask {
  readonly shown: string[]
}

export function scriptedAsk(answers: readonly (string | (() => string))[] = []): ScriptedAsk {
  const left = [...answers]
  const shown: string[] = []
  const next = (message: string) => {
    shown.push(message)
    const answer = left.shift()
    if (answer === undefined) throw new Error(`nobody expected to be asked: ${message}`)
    return typeof answer === 'string' ? answer : answer()
  }
  return {
    shown,
    possible: answers.length > 0,
    text: async ({ message }) => next(message),
    password: async ({ message }) => next(message),
    code: async ({ message }) => next(message),
    async choice<T>({ message, choices }: { message: string; choices: readonly Choice<T>[] }) {
      const wanted = next(message)
      const found = choices.find(({ label }) => label === wanted)
      if (found === undefined) throw new Error(`no choice ${wanted}`)
      return found.value
    },
    confirm: async ({ message }) => next(message) === 'yes',
    waiting(message) {
      shown.push(message)
      return { done: () => undefined }
    },
    tell: message => {
      shown.push(message)
    },
  }
}

/** A vault of one connection, in memory. */
export function memory(): Remembered & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    get: async name => texts.get(name),
    set: async (name, value) => void texts.set(name, value),
    delete: async name => void texts.delete(name),
  }
}

const noKey: SecurityKey = {
  available: async () => ({ ok: false, why: 'no security key is plugged in' }),
  assert: async () => {
    throw new Error('there is no key')
  },
}

/** The surroundings of one sign-in of a person of the world. */
export function partsOf(
  name: string,
  clock: Clock,
  more: Partial<SignInParts> & { readonly ask?: ScriptedAsk } = {},
): SignInParts & { readonly asked: (string | undefined)[] } {
  const asked: (string | undefined)[] = []
  return {
    asked,
    send: httpSend,
    ask: scriptedAsk(),
    async login(again) {
      asked.push(again?.reason)
      return { username: `${name}@example.com`, password: `secret of ${name}` }
    },
    remembered: memory(),
    securityKey: noKey,
    openBrowser: async () => undefined,
    now: clock.now,
    sleep: async ms => clock.forward(ms),
    random: () => new Uint8Array(),
    ...more,
  }
}

/** A connection as a section of `~/.saml2aws` would make it. */
export function connectionTo(url: string, more: Partial<Connection> = {}): Connection {
  return {
    name: 'work',
    provider: 'JumpCloud',
    url,
    username: undefined,
    mfa: 'Auto',
    given: {},
    skipVerify: false,
    caFile: undefined,
    awsUrn: 'urn:amazon:webservices',
    sessionDuration: undefined,
    profile: 'saml',
    credentialsFile: undefined,
    writesProfile: false,
    role: undefined,
    policyFile: undefined,
    policyArns: [],
    region: undefined,
    httpAttempts: 1,
    httpRetryDelayMs: 1000,
    timeoutMs: undefined,
    samlCache: false,
    samlCacheFile: undefined,
    targetUrl: undefined,
    appId: undefined,
    subdomain: undefined,
    resourceId: undefined,
    mfaIpAddress: undefined,
    disableSessions: false,
    disableRememberDevice: false,
    disableKeychain: true,
    skipPrompt: false,
    browser: { type: undefined, executablePath: undefined, profile: undefined, autofill: false },
    keycloak: { broker: undefined, authErrorMessage: undefined, authErrorElement: undefined },
    accountNames: new Map(),
    file: undefined,
    ...more,
  }
}

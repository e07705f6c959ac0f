import { randomBytes } from 'node:crypto'
import { type HttpSend, httpSend } from '@rolecall/aws'
import type { Connection, ProviderName } from '../../src/connections/connection.ts'
import type { Remembered, SecurityKey, SignInParts } from '../../src/providers/provider.ts'
import { type Script, scriptedAsk } from './scripted-ask.ts'

/** A connection as one section of a file would make it. */
export function connectionTo(
  provider: ProviderName,
  url: string,
  more: Partial<Connection> = {},
): Connection {
  return {
    ...{ name: 'work', provider, url, username: undefined, mfa: 'Auto', given: {} },
    ...{ skipVerify: false, caFile: undefined, awsUrn: 'urn:amazon:webservices' },
    ...{ sessionDuration: undefined, profile: 'saml', credentialsFile: undefined },
    ...{ writesProfile: false, role: undefined, policyFile: undefined, policyArns: [] },
    ...{ region: undefined, httpAttempts: 1, httpRetryDelayMs: 0, timeoutMs: undefined },
    ...{ samlCache: false, samlCacheFile: undefined, targetUrl: undefined, appId: undefined },
    ...{ subdomain: undefined, resourceId: undefined, mfaIpAddress: undefined },
    ...{ disableSessions: false, disableRememberDevice: false, disableKeychain: false },
    skipPrompt: false,
    browser: { type: undefined, executablePath: undefined, profile: undefined, autofill: false },
    keycloak: { broker: undefined, authErrorMessage: undefined, authErrorElement: undefined },
    ...{ accountNames: new Map(), file: undefined },
    ...more,
  }
}

/** What a test gives a provider of its surroundings. */
export interface Surroundings {
  /** Username and passwords, in the order in which they are tried. */
  readonly username?: string
  readonly passwords?: readonly string[]
  readonly script?: Script
  readonly securityKey?: SecurityKey
  /** Of an earlier sign-in, to go on with it. */
  readonly remembered?: Remembered
  readonly send?: HttpSend
  readonly now?: () => Date
}

/** The parts of a sign-in with a scripted person, and what happened to them. */
export function signInParts(given: Surroundings = {}) {
  const { ask, seen } = scriptedAsk(given.script)
  const passwords = [...(given.passwords ?? [])]
  const requests: string[] = []
  const sleeps: number[] = []
  const parts: SignInParts = {
    async send(request) {
      requests.push(`${request.method} ${new URL(request.url).pathname}`)
      return await (given.send ?? httpSend)(request)
    },
    ask,
    async login(again) {
      if (again !== undefined) seen.push(`- ${again.reason}`)
      const password = passwords.shift()
      if (password === undefined) throw new Error('asked for one more password')
      return { username: given.username ?? 'alice', password }
    },
    remembered: given.remembered ?? memory(),
    securityKey: given.securityKey ?? noKey,
    openBrowser: async url => {
      seen.push(`open ${url}`)
    },
    now: given.now ?? (() => new Date()),
    // Polls of a test need no pause; how long they would be is what counts.
    sleep: async ms => {
      sleeps.push(ms)
    },
    random: bytes => randomBytes(bytes),
  }
  return { parts, seen, requests, sleeps }
}

/** What is remembered, in memory. */
export function memory(): Remembered & { readonly all: ReadonlyMap<string, string> } {
  const all = new Map<string, string>()
  return {
    all,
    get: async name => all.get(name),
    set: async (name, value) => {
      all.set(name, value)
    },
    delete: async name => {
      all.delete(name)
    },
  }
}

const noKey: SecurityKey = {
  available: async () => ({ ok: false, why: 'no security key is plugged in' }),
  assert: async () => {
    throw new Error('there is no key')
  },
}

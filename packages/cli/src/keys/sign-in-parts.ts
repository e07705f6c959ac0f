/** What a sign-in has of its surroundings, put together in one place. */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SearchingAsk } from '../ask/create-ask.ts'
import type { Connection } from '../connections/connection.ts'
import { stateFolder } from '../places.ts'
import type { BrowserWish, SecurityKey, SignInParts } from '../providers/provider.ts'
import type { Terminal } from '../terminal.ts'
import type { Vault } from '../vault/vault.ts'
import { createSend } from './create-send.ts'
import { interruptibleSleep } from './interruptible-sleep.ts'
import { createLogin, type Login } from './login.ts'
import { createRemembered } from './remembered.ts'
import type { Trace } from './trace.ts'

/** What the parts are made of. */
export interface SignInSurroundings {
  readonly terminal: Terminal
  readonly ask: SearchingAsk
  /** Opened when it is first needed. */
  readonly vault: () => Promise<Vault>
  readonly trace?: Trace | undefined
  readonly browserWish?: BrowserWish | undefined
  readonly now?: (() => Date) | undefined
}

/** As long as a person may take to sign in, and a little more. */
const lockWaitMs = 6 * 60_000

/** The parts of one sign-in, and its login, whose typed password is kept when the sign-in has worked. */
export async function signInParts(
  connection: Connection,
  surroundings: SignInSurroundings,
): Promise<{ readonly parts: SignInParts; readonly login: Login }> {
  const { terminal, trace, browserWish, now = () => new Date() } = surroundings
  const { env } = terminal
  const ask = trace === undefined ? surroundings.ask : learning(surroundings.ask, trace)
  const { password, mfaToken } = connection.given
  trace?.learn([password, mfaToken])
  const login = createLogin(connection, { ask, vault: surroundings.vault, learn: trace?.learn })
  const sleep = interruptibleSleep
  const { send, forAws } = createSend(connection, { env, trace, sleep })
  const browser = browserWish?.browser
  const parts: SignInParts = Object.freeze({
    send,
    sendToAws: forAws,
    ask,
    login: login.ask,
    remembered: createRemembered(connection, surroundings.vault),
    securityKey: securityKeyOf(terminal, ask),
    openBrowser: async (url: string) => {
      const { openUrl } = await import('../open/open-url.ts')
      await openUrl(url, { terminal, ...(browser === undefined ? {} : { browser }) })
    },
    now,
    sleep,
    random: (bytes: number) => randomBytes(bytes),
    terminal,
    browserWish,
    lock: async <T>(name: string, work: () => Promise<T>) => {
      const { withFileLock } = await import('../files/file-lock.ts')
      const folder = stateFolder(env)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return await withFileLock(join(folder, name), work, { waitMs: lockWaitMs })
    },
  })
  return { parts, login }
}

/** Loaded when a provider wants one. */
function securityKeyOf({ env }: Terminal, ask: SearchingAsk): SecurityKey {
  const load = async () => {
    const { createSecurityKey } = await import('../security-key/index.ts')
    return createSecurityKey({ ask, env })
  }
  return Object.freeze({
    available: async () => (await load()).available(),
    assert: async (request: Parameters<SecurityKey['assert']>[0]) => (await load()).assert(request),
  })
}

/** Every answer that may be a secret is one for the trace. */
function learning(ask: SearchingAsk, trace: Trace): SearchingAsk {
  const learnt = async (answer: Promise<string>) => {
    trace.learn([await answer])
    return await answer
  }
  return Object.freeze({
    ...ask,
    get possible() {
      return ask.possible
    },
    password: (question: Parameters<SearchingAsk['password']>[0]) => learnt(ask.password(question)),
    code: (question: Parameters<SearchingAsk['code']>[0]) => learnt(ask.code(question)),
  })
}

import { randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import type { Caller } from '../sts/caller.ts'

/** What a sign-in token stands for, and later the console's cookie. */
export interface ConsoleSession {
  readonly caller: Caller
  /** End of the console session. */
  readonly expiration: Date
}

/** A console session in a browser: where it was sent and where to sign in again. */
export interface OpenConsole extends ConsoleSession {
  readonly destination: string
  readonly issuer: string | undefined
}

/** Sign-in tokens and console cookies of one simulator. */
export interface ConsoleSessions {
  /** A token for `login`, good for 15 minutes as AWS's; usable more than once, as AWS says nothing against it. */
  addToken(session: ConsoleSession): string
  findToken(token: string): ConsoleSession | undefined
  /** The cookie's value for a console session. */
  open(session: OpenConsole): string
  find(id: string): OpenConsole | undefined
  close(id: string): void
}

const maxEntries = 10_000
const tokenLifetimeMs = 15 * 60 * 1000

/** Opens the store of sign-in tokens and console sessions. */
export function createConsoleSessions(now: () => Date): ConsoleSessions {
  const tokens = boundedMap<{ readonly session: ConsoleSession; readonly until: number }>(
    maxEntries,
  )
  const consoles = boundedMap<OpenConsole>(maxEntries)
  return {
    addToken(session) {
      const time = now().getTime()
      tokens.sweep(entry => entry.until <= time)
      const token = randomBytes(192).toString('base64url')
      tokens.set(token, { session, until: time + tokenLifetimeMs })
      return token
    },
    findToken(token) {
      const entry = tokens.get(token)
      return entry !== undefined && entry.until > now().getTime() ? entry.session : undefined
    },
    open(session) {
      const time = now().getTime()
      consoles.sweep(entry => entry.expiration.getTime() <= time)
      const id = randomBytes(32).toString('base64url')
      consoles.set(id, session)
      return id
    },
    find(id) {
      const session = consoles.get(id)
      return session !== undefined && session.expiration > now() ? session : undefined
    },
    close: id => consoles.delete(id),
  }
}

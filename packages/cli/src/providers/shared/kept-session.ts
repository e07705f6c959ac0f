import type { Connection } from '../../connections/connection.ts'
import {
  createWebSession,
  jsonObject,
  textMember,
  type WebSession,
  type WebSessionOptions,
} from '../../web/index.ts'
import type { SignInParts } from '../provider.ts'

/** The name in `Remembered`. */
const name = 'session'

/** A session with a provider's pages that may go on where an earlier command ended. */
export interface KeptSession {
  readonly web: WebSession
  /** Whether there are cookies of an earlier command. */
  readonly isResumed: boolean
  /** Keeps the cookies for the next command; `username`: whose they are, undefined: who it was. */
  keep(username: string | undefined): Promise<void>
  forget(): Promise<void>
}

/**
 * Opens it; `disable_sessions` neither reads nor keeps. Cookies of somebody else than the connection's
 * username are left: they would sign in as that person.
 */
export async function openKeptSession(
  connection: Connection,
  { remembered, send }: Pick<SignInParts, 'remembered' | 'send'>,
  options: Pick<WebSessionOptions, 'mayVisit' | 'headers'> = {},
): Promise<KeptSession> {
  const kept = connection.disableSessions ? undefined : await read(remembered)
  const isTheirs = connection.username === undefined || kept?.username === connection.username
  const cookies = isTheirs ? kept?.cookies : undefined
  const web = createWebSession(send, { ...options, cookies })
  return {
    web,
    isResumed: cookies !== undefined,
    async keep(username) {
      if (connection.disableSessions) return
      const who = username ?? (isTheirs ? kept?.username : undefined) ?? connection.username
      await remembered.set(
        name,
        JSON.stringify({ username: who, cookies: web.cookies.serialize() }),
      )
    },
    async forget() {
      web.cookies.clear()
      await remembered.delete(name)
    },
  }
}

async function read(remembered: SignInParts['remembered']) {
  const object = jsonObject((await remembered.get(name)) ?? '')
  if (object === undefined) return undefined
  return { username: textMember(object, 'username'), cookies: textMember(object, 'cookies', 1e6) }
}

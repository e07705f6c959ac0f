import { randomBytes, randomInt } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import type { Caller } from './caller.ts'

/** Temporary credentials that the simulator gave out and will recognise. */
export interface Session {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
  readonly caller: Caller
}

/** The sessions of one simulator; they end with it. */
export interface Sessions {
  /** Makes credentials for `caller` that end after `seconds`, on a full second as AWS's do. */
  open(caller: Caller, seconds: number): Session
  /** Also finds a session that has expired, so that its holder hears so. */
  find(accessKeyId: string): Session | undefined
  /** Notes that credentials of a role were used just now. */
  noteUse(roleArn: string, region: string): void
  /** When and where credentials of a role were used last; `undefined` when they never were. */
  lastUse(roleArn: string): { readonly at: Date; readonly region: string } | undefined
}

/** Sessions kept; one more lets go of the oldest. */
const maxSessions = 20_000
/** How long an expired session is still answered with `ExpiredToken` instead of `InvalidClientTokenId`. */
const keepExpiredMs = 24 * 3600 * 1000

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Opens the store of temporary credentials. */
export function createSessions(now: () => Date): Sessions {
  const sessions = boundedMap<Session>(maxSessions)
  // One entry a role, so as many as the world has.
  const uses = new Map<string, { readonly at: Date; readonly region: string }>()
  let sweepAt = 0
  return {
    open(caller, seconds) {
      const time = now().getTime()
      if (time >= sweepAt) {
        sessions.sweep(session => session.expiration.getTime() + keepExpiredMs < time)
        sweepAt = time + 60_000
      }
      const session = Object.freeze({
        accessKeyId: `ASIA${Array.from({ length: 16 }, () => base32[randomInt(32)]).join('')}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        // AWS's tokens are long and opaque; callers must not count on a length.
        sessionToken: randomBytes(270).toString('base64'),
        expiration: new Date((Math.floor(time / 1000) + seconds) * 1000),
        caller,
      })
      sessions.set(session.accessKeyId, session)
      return session
    },
    find: accessKeyId => sessions.get(accessKeyId),
    noteUse(roleArn, region) {
      uses.set(roleArn, { at: now(), region })
    },
    lastUse: roleArn => uses.get(roleArn),
  }
}

/** `2026-01-01T00:00:00Z`, as AWS writes times. */
export function awsTime(date: Date): string {
  return date.toISOString().replace(/\.[0-9]{3}Z$/, 'Z')
}

/** Be it: from an offer to the temporary credentials of the role. */
import {
  type CachedCredentials,
  type CredentialSource,
  type Credentials,
  cachedCredentials,
} from '@rolecall/aws'
import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import type { DeliveryForm, Principal, RoleOffer, RoleSession } from '../nouns.ts'
import { callSts, type Ways } from './call-sts.ts'
import { createDurationLimits, limitNote, oneHour } from './duration-limits.ts'
import { failed, succeeded, type Taker } from './session-event.ts'
import { createShapes, type SessionShape } from './session-shape.ts'
import { createShelf } from './session-shelf.ts'
import { isRefusal, keepingFailure } from './sts-failure.ts'

/** What a session is wanted for, and from where. */
export interface Want {
  /** A console needs more life left than keys do. Default `credentials`. */
  readonly form?: DeliveryForm
  /** The network address that asks, for the audit. Default: where the principal signed in. */
  readonly address?: string
}

/** A session and how it came. */
export interface TakenRole {
  readonly session: RoleSession
  /** It was there before this request. */
  readonly isCached: boolean
  /** AWS was waited for: what was decided before may be outdated. */
  readonly isWaited: boolean
}

/** A session that is valid now, without its secrets. */
export interface LiveSession extends Omit<RoleSession, 'credentials'> {
  readonly accessKeyId: string
}

/** The step that turns an offer into a session. */
export interface RoleTaker {
  /**
   * The session of this principal for this offer, from AWS or from before: what shaped it is the same in
   * every respect, and it is renewed before it ends. That the offer still holds is for the caller to
   * decide first, each time. A session is given only after its event `role.taken` is in the audit log.
   * Throws `gateway-credentials`, `aws-refused`, `session-refused`, `session-too-large` or
   * `aws-unreachable`, with the `AwsError` as cause, or `audit-unavailable`.
   */
  take(principal: Principal, offer: RoleOffer, want?: Want): Promise<TakenRole>
  /** What to tell about this offer beforehand: that its sessions come out shorter. */
  noteFor(offer: RoleOffer): string | undefined
  /**
   * The sessions of a principal that this process took and that are valid now, also those that it gives
   * no more: what has left works until it ends. The one that ends last first.
   */
  liveSessions(principalId: string): readonly LiveSession[]
  /** Nobody is given the sessions of these principals any more; what has left works until it ends. */
  forget(principals: readonly string[] | 'any'): void
}

/** Of all principals, and of one. */
const bounds = { most: 10_000, mostOfOne: 200 }
/**
 * How much life a session must have left, at most half of its whole: keys for what they are wanted for,
 * a console for the quarter of an hour in which its sign-in token may be used, and some work after that.
 */
const leftMs: Readonly<Record<DeliveryForm, number>> = {
  credentials: 10 * 60_000,
  console: 45 * 60_000,
}

/** The sessions of one shape, one after the other. */
interface Entry {
  readonly source: CachedCredentials
  readonly sessions: WeakMap<Credentials, RoleSession>
  /** The latest. */
  session: RoleSession | undefined
  /** How often AWS was asked. */
  asked: number
  isAsking: boolean
  /** Who asked last, and by which grant. */
  taker: Taker
  offer: RoleOffer
}

/** The step over the AWS part of the configuration. */
export function createRoleTaker(options: {
  readonly config: () => Config
  readonly audit: Pick<Audit, 'record'>
  readonly now: () => Date
  /** From 0 up to 1. */
  readonly chance: () => number
  readonly ways: Ways
  /** Told each time that AWS refuses a role: what is known of it may be out of date. */
  readonly onRefused?: ((offer: RoleOffer) => void) | undefined
}): RoleTaker {
  const { config, audit, now, chance, ways, onRefused } = options
  const limits = createDurationLimits(now)
  const shelf = createShelf<Entry>(bounds)
  /** By access key id. */
  const taken = createShelf<LiveSession>(bounds)
  const shapes = createShapes()
  let aws = config().aws

  /** Keys that other credentials of the gateway, or another AWS, have given are not given any more. */
  function renewed(): Config['aws'] {
    const { aws: current } = config()
    if (current !== aws) {
      shelf.clear()
      limits.clear()
    }
    aws = current
    return current
  }

  function noteFor(offer: RoleOffer): string | undefined {
    renewed()
    const reason = limits.reasonFor(offer.roleArn)
    if (reason === undefined || offer.durationSeconds <= oneHour) return undefined
    return limitNote(reason, offer.durationSeconds)
  }

  async function fromSts(shape: SessionShape, offer: RoleOffer, nameNote: string | undefined) {
    const { assumed, durationSeconds, isChained } = await callSts(shape, ways, limits)
    const notes = [...offer.notes, noteFor(offer), nameNote]
    return Object.freeze({
      offer,
      assumedRoleArn: assumed.assumedRoleUser.arn,
      sessionName: shape.sessionName,
      sourceIdentity: shape.sourceIdentity,
      credentials: assumed.credentials,
      takenAt: now(),
      expiration: assumed.credentials.expiration,
      durationSeconds,
      isChained,
      notes: notes.filter(note => note !== undefined),
      requestId: assumed.requestId,
    })
  }

  function entryOf(shape: SessionShape, taker: Taker, offer: RoleOffer, note?: string): Entry {
    const source: CredentialSource = {
      describe: () => `role ${shape.roleArn}`,
      async get() {
        const { taker, offer } = entry
        const isRenewal = entry.session !== undefined && isLive(entry.session, now())
        const detail = isRenewal ? renewal : undefined
        entry.asked += 1
        entry.isAsking = true
        try {
          const session = await fromSts(shape, offer, note)
          await audit.record(succeeded('role.taken', taker, session, detail))
          const { credentials, ...facts } = session
          const { accessKeyId } = credentials
          taken.get(shape.principalId, accessKeyId, () => Object.freeze({ ...facts, accessKeyId }))
          entry.session = session
          entry.sessions.set(session.credentials, session)
          return session.credentials
        } catch (error) {
          if (hasCode(error, 'aws-refused')) onRefused?.(offer)
          // Whoever waits for a first session is told, and says so in the log; of a renewal nobody may be.
          if (isRenewal && !hasCode(error, 'audit-unavailable')) {
            await audit.record(failed('role.refused', taker, offer, error, detail))
          }
          throw error
        } finally {
          entry.isAsking = false
        }
      },
    }
    const entry: Entry = {
      source: cachedCredentials(source, { now, random: chance, isRemembered: isRefusal }),
      sessions: new WeakMap(),
      session: undefined,
      asked: 0,
      isAsking: false,
      taker,
      offer,
    }
    return entry
  }

  async function take(
    principal: Principal,
    offer: RoleOffer,
    { form = 'credentials', address = principal.address }: Want = {},
  ): Promise<TakenRole> {
    const { shape, key, note } = shapes(principal, offer, renewed())
    const taker = { principal, address }
    const entry = shelf.get(principal.id, key, () => entryOf(shape, taker, offer, note))
    entry.taker = taker
    entry.offer = offer
    const before = entry.session
    const { asked, isAsking } = entry
    const credentials = await entry.source.get({ leftMs: leftMs[form] }).catch((error: unknown) => {
      throw keepingFailure(error)
    })
    const session = entry.sessions.get(credentials)
    if (session === undefined) throw new Error('these credentials are of no session')
    return {
      // The reason is that of the grant by which it is given now.
      session: session.offer === offer ? session : Object.freeze({ ...session, offer }),
      isCached: session === before,
      isWaited: isAsking || entry.asked !== asked,
    }
  }

  return Object.freeze({
    take,
    noteFor,
    liveSessions(principalId: string) {
      const at = now()
      return [...taken.of(principalId)]
        .filter(session => isLive(session, at))
        .sort((a, b) => b.expiration.getTime() - a.expiration.getTime())
    },
    forget(principals: readonly string[] | 'any') {
      if (principals === 'any') shelf.clear()
      else for (const principalId of principals) shelf.forget(principalId)
    },
  })
}

/** In the words of the audit log: nobody waited for it. */
const renewal = Object.freeze({ renewal: 'true' })

function isLive({ expiration }: Pick<RoleSession, 'expiration'>, at: Date): boolean {
  return expiration.getTime() > at.getTime()
}

function hasCode(error: unknown, code: ServerErrorCode): boolean {
  return error instanceof ServerError && error.code === code
}

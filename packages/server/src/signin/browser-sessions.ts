/** Who is signed in at which browser, and at which command line. */
import { isEndedBy, type LogoutRequest } from '@rolecall/saml'
import { sql } from 'kysely'
import type { Principal } from '../nouns.ts'
import type { Store } from '../store/index.ts'
import { type BrowserCookies, hashBrowserBinding } from './browser-binding.ts'
import {
  type CommandClient,
  type CommandLine,
  commandLinesOf,
  writeClient,
} from './command-lines.ts'
import {
  createKnownSessions,
  type KnownSession,
  type OnSessionChange,
  type SessionKind,
} from './known-sessions.ts'
import { readPrincipal, writePrincipal } from './principal-text.ts'
import { readNameId, type SamlSubject, writeNameId } from './saml-subject.ts'
import { hashToken, isToken, newToken, type RandomBytes } from './tokens.ts'

/** The use of a session is noted at most this often: reading a page should not write each time. */
const noteEveryMs = 60_000
/** A clock that is set back further than this has made the times of a session worthless. */
const clockStepMs = 5 * 60_000

/** Who signed in, and on what that rests. */
export interface Admission {
  readonly principal: Principal
  /** The issuer's entityID, or the credential of the local user: another one ends the session. */
  readonly basis: string
  /** What a SAML provider calls them; undefined for every other source. */
  readonly subject?: SamlSubject | undefined
}

/** A live browser session. */
export interface BrowserSession extends Admission {
  /** SHA-256 of the cookie's value. */
  readonly idHash: string
  readonly createdAt: Date
  /** When it ends in any case. */
  readonly expiresAt: Date
}

/** A source whose sessions count; with `basis`, only those that rest on it. */
export interface CountedSource {
  readonly source: string
  readonly basis: string | undefined
}

/** Opens, finds and ends sessions. A value of a cookie is looked up by its hash. */
export interface BrowserSessions {
  /**
   * Opens a session and ends every other one of that browser: the one whose cookie came along, and
   * the one that is bound to the same pre-session cookie. The identity provider's answer is a
   * cross-site POST, which carries the second cookie only. The token is for the cookie and kept
   * nowhere.
   */
  open(
    admission: Admission,
    browser: BrowserCookies,
  ): Promise<{ readonly token: string; readonly session: BrowserSession }>
  /** Binds the session that is open in this browser, if one is, to its pre-session cookie. */
  bind(browser: BrowserCookies): Promise<void>
  /** The live session of a cookie's value, if it is one. */
  find(token: string | undefined): Promise<BrowserSession | undefined>
  /** Opens the session of a command line under a grant; throws when that grant has one. */
  openCommand(admission: Admission, grantId: string, client: CommandClient): Promise<BrowserSession>
  /** The live session of a command line by the hash of its grant. */
  findCommand(idHash: string): Promise<BrowserSession | undefined>
  /** The command lines of a principal that are signed in now, the newest first. */
  commandsOf(principalId: string): Promise<readonly CommandLine[]>
  /** Ends one session. */
  end(idHash: string): Promise<void>
  /** Ends every session but those that count. */
  endAllBut(counted: readonly CountedSource[]): Promise<void>
}

/** What browser sessions rest on. */
export interface BrowserSessionOptions {
  readonly store: Store
  readonly now: () => Date
  readonly random: RandomBytes
  /** Read at every use: shorter limits in a new configuration count for open sessions too. */
  readonly limits: () => {
    readonly idleSeconds: number
    readonly absoluteSeconds: number
    /** Of a command line, which may be idle; 0: none is signed in. */
    readonly commandSeconds: number
  }
  /** Told whose sessions ended or changed, here or in another process, when the next one is looked for. */
  readonly onChange?: OnSessionChange
}

/** Browser sessions in the store. */
export function createBrowserSessions(options: BrowserSessionOptions): BrowserSessions {
  const { store, now, random, limits } = options
  const { db } = store
  const known = createKnownSessions(store.watchSessions(), options.onChange ?? (() => undefined))

  function endOf(
    { principal, kind }: Pick<KnownSession, 'principal' | 'kind'>,
    createdAt: number,
    until: number,
  ): number {
    const { absoluteSeconds, commandSeconds } = limits()
    return Math.min(
      until,
      createdAt + (kind === 'command' ? commandSeconds : absoluteSeconds) * 1000,
      principal.notAfter?.getTime() ?? Number.POSITIVE_INFINITY,
    )
  }

  /** From the store; a session whose principal cannot be read is ended. */
  async function read(idHash: string): Promise<KnownSession | undefined> {
    const reading = known.read(idHash)
    const row = await db
      .selectFrom('browser_sessions')
      .selectAll()
      .where('id_hash', '=', idHash)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const principal = readPrincipal(row.principal)
    if (principal === undefined) {
      await end(idHash)
      return undefined
    }
    const session: KnownSession = {
      principal,
      basis: row.basis,
      subject:
        row.name_id === null
          ? undefined
          : { nameId: readNameId(row.name_id), sessionIndex: row.session_index ?? undefined },
      kind: row.kind,
      createdAt: row.created_at,
      until: row.expires_at,
      seenAt: row.seen_at,
    }
    reading.keep(session, row.principal.length)
    return session
  }

  async function end(idHash: string): Promise<void> {
    known.drop(idHash)
    await db.deleteFrom('browser_sessions').where('id_hash', '=', idHash).execute()
  }

  async function live(idHash: string, kind: SessionKind): Promise<BrowserSession | undefined> {
    const session = (await known.find(idHash)) ?? (await read(idHash))
    if (session?.kind !== kind) return undefined
    const { principal, basis, subject, createdAt, until } = session
    const at = now().getTime()
    const isIdle = kind === 'browser' && at >= session.seenAt + limits().idleSeconds * 1000
    const isSetBack = at < session.seenAt - clockStepMs
    const endsAt = endOf(session, createdAt, until)
    if (isIdle || isSetBack || at >= endsAt) {
      await end(idHash)
      return undefined
    }
    if (at - session.seenAt >= noteEveryMs) {
      session.seenAt = at
      await db
        .updateTable('browser_sessions')
        .set({ seen_at: at })
        .where('id_hash', '=', idHash)
        .execute()
    }
    return {
      principal,
      basis,
      subject,
      idHash,
      createdAt: new Date(createdAt),
      expiresAt: new Date(endsAt),
    }
  }

  return Object.freeze({
    end,

    async open({ principal, basis, subject }: Admission, browser: BrowserCookies) {
      const at = now().getTime()
      const token = newToken(random)
      const idHash = hashToken(token)
      const browserHash = hashBrowserBinding(browser.binding)
      const expiresAt = endOf({ principal, kind: 'browser' }, at, Number.POSITIVE_INFINITY)
      await db.transaction().execute(async transaction => {
        await transaction
          .deleteFrom('browser_sessions')
          .where(row =>
            row.or([
              row('expires_at', '<=', at),
              ...(isToken(browser.session)
                ? [row('id_hash', '=', hashToken(browser.session))]
                : []),
              ...(browserHash === undefined ? [] : [row('browser_hash', '=', browserHash)]),
            ]),
          )
          .execute()
        await transaction
          .insertInto('browser_sessions')
          .values({
            id_hash: idHash,
            principal: writePrincipal(principal),
            basis,
            browser_hash: browserHash ?? null,
            name_id: subject === undefined ? null : writeNameId(subject.nameId),
            session_index: subject?.sessionIndex ?? null,
            created_at: at,
            seen_at: at,
            expires_at: expiresAt,
          })
          .execute()
      })
      const session: BrowserSession = {
        principal,
        basis,
        subject,
        idHash,
        createdAt: new Date(at),
        expiresAt: new Date(expiresAt),
      }
      return { token, session }
    },

    async bind(browser: BrowserCookies) {
      const browserHash = hashBrowserBinding(browser.binding)
      if (browserHash === undefined || !isToken(browser.session)) return
      await db
        .updateTable('browser_sessions')
        .set({ browser_hash: browserHash })
        .where('id_hash', '=', hashToken(browser.session))
        .execute()
    },

    async find(token: string | undefined) {
      return isToken(token) ? live(hashToken(token), 'browser') : undefined
    },

    findCommand: (idHash: string) => live(idHash, 'command'),

    async openCommand(
      { principal, basis, subject }: Admission,
      grantId: string,
      client: CommandClient,
    ) {
      const at = now().getTime()
      const idHash = hashToken(grantId)
      const expiresAt = endOf({ principal, kind: 'command' }, at, Number.POSITIVE_INFINITY)
      await db.deleteFrom('browser_sessions').where('expires_at', '<=', at).execute()
      await db
        .insertInto('browser_sessions')
        .values({
          id_hash: idHash,
          principal: writePrincipal(principal),
          basis,
          browser_hash: null,
          name_id: subject === undefined ? null : writeNameId(subject.nameId),
          session_index: subject?.sessionIndex ?? null,
          created_at: at,
          seen_at: at,
          expires_at: expiresAt,
          kind: 'command',
          client: writeClient(client),
        })
        .execute()
      const [createdAt, ends] = [new Date(at), new Date(expiresAt)]
      return { principal, basis, subject, idHash, createdAt, expiresAt: ends }
    },

    commandsOf: (principalId: string) =>
      commandLinesOf(store, principalId, now().getTime(), ({ principal, createdAt, until }) =>
        endOf({ principal, kind: 'command' }, createdAt, until),
      ),

    async endAllBut(counted: readonly CountedSource[]) {
      const source = sql<string>`json_extract(principal, '$.source')`
      await db
        .deleteFrom('browser_sessions')
        .where(row =>
          row.not(
            row.or(
              counted.map(one =>
                one.basis === undefined
                  ? row(source, '=', one.source)
                  : row.and([row(source, '=', one.source), row('basis', '=', one.basis)]),
              ),
            ),
          ),
        )
        .execute()
    },
  })
}

/** Ends every session of a principal, as after a new password; answers how many there were. */
export async function endSessionsOf(store: Store, principalId: string): Promise<number> {
  const result = await store.db
    .deleteFrom('browser_sessions')
    .where(sql`json_extract(principal, '$.id')`, '=', principalId)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

/**
 * Ends the sessions of one source that a provider's LogoutRequest means; answers whose they were, one
 * entry for each session.
 */
export async function endSessionsByLogout(
  store: Store,
  source: string,
  request: Pick<LogoutRequest, 'issuer' | 'nameId' | 'sessionIndexes'>,
): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom('browser_sessions')
    .select([
      'id_hash',
      'basis',
      'session_index',
      sql<string>`json_extract(principal, '$.id')`.as('who'),
    ])
    .where('basis', '=', request.issuer)
    .where('name_id', '=', writeNameId(request.nameId))
    .where(sql`json_extract(principal, '$.source')`, '=', source)
    .execute()
  const meant = rows.filter(({ basis: peer, session_index: index }) =>
    isEndedBy({ peer, nameId: request.nameId, sessionIndex: index ?? undefined }, request),
  )
  const ended: string[] = []
  for (const { id_hash: idHash, who } of meant) {
    const { numDeletedRows } = await store.db
      .deleteFrom('browser_sessions')
      .where('id_hash', '=', idHash)
      .executeTakeFirst()
    if (numDeletedRows > 0n) ended.push(who)
  }
  return ended
}

/** The sign-in of the `rolecall` command: a person at a browser lets it in, and it has tokens from then on. */
import type { Audit, AuditEvent } from '../../audit/index.ts'
import { ServerError } from '../../errors.ts'
import type { FoldedRecord } from '../../ops/fold-events.ts'
import type { BrowserSession, BrowserSessions } from '../browser-sessions.ts'
import type { CommandClient, CommandLine } from '../command-lines.ts'
import { hashToken, isToken, newToken, type RandomBytes } from '../tokens.ts'
import type { OauthRecords, WaitingDevice } from './oauth-records.ts'

/** The one client there is. */
export const clientId = 'rolecall-cli'
/** What it may have, and needs. */
export const scopes = ['openid', 'offline_access', 'roles'] as const
/** The scope without which a token opens nothing. */
const rolesScope = 'roles'

/** What a browser decided about. */
export interface Asked {
  readonly client: CommandClient
  /** As it was asked for. */
  readonly scope: string
  /** Where the person's browser is. */
  readonly browserAddress: string
}

/** The step over its parts. */
export interface CommandSignIn {
  /** Whom an access token stands for; undefined once it, or its session, has ended. */
  find(accessToken: string): Promise<BrowserSession | undefined>
  /** The session of a grant, if it counts still. Throws `provider-unavailable` while that cannot be known. */
  ofGrant(grantId: string): Promise<BrowserSession | undefined>
  /** Lets a command line in as the person of this session; answers the grant for its tokens. */
  allow(by: BrowserSession, asked: Asked): Promise<string>
  /** Records that the person does not let it in. */
  deny(by: BrowserSession, asked: Asked): Promise<void>
  /** The device that shows a code and waits; undefined for any other code. */
  waitingDevice(userCode: string): Promise<WaitingDevice | undefined>
  /** Decides about a device. Throws `unknown-user-code` when it waits no more. */
  decideDevice(
    device: WaitingDevice,
    by: BrowserSession,
    asked: Asked,
    isAllowed: boolean,
  ): Promise<void>
  /** Records that a session got new tokens. */
  refreshed(session: BrowserSession, address: string): Promise<void>
  /** Ends the session of a grant, tokens included. */
  endGrant(grantId: string, why: string, address: string): Promise<void>
  /** Ends the session of an access token; false when it has none. */
  endOwn(accessToken: string, address: string): Promise<boolean>
  /** Ends one of a person's own; false when they have no such. */
  endOf(principalId: string, id: string, address: string): Promise<boolean>
  list(principalId: string): Promise<readonly CommandLine[]>
}

/** A user code as it is compared: RFC 8628, 6.1, wants case, dashes and blanks forgiven. */
export function normalUserCode(text: string): string {
  return text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
}

/** Names a command line to the person whose it is. */
export function shortId({ idHash }: Pick<CommandLine, 'idHash'>): string {
  return idHash.slice(0, 16)
}

/** Builds the step. */
export function createCommandSignIn(parts: {
  readonly audit: Audit
  readonly sessions: BrowserSessions
  readonly records: OauthRecords
  /** The session if its source still vouches for the person. */
  readonly current: (session: BrowserSession | undefined) => Promise<BrowserSession | undefined>
  readonly fold: FoldedRecord
  readonly isEnabled: () => boolean
  readonly now: () => Date
  readonly random: RandomBytes
}): CommandSignIn {
  const { audit, sessions, records, current, now } = parts

  const findByHash = async (idHash: string) =>
    parts.isEnabled() ? current(await sessions.findCommand(idHash)) : undefined

  async function end(session: BrowserSession, reason: string, address: string): Promise<void> {
    const { id: principal, source } = session.principal
    await sessions.end(session.idHash)
    const detail = { client: clientId }
    await audit.record({
      type: 'signout',
      result: 'success',
      principal,
      source,
      address,
      reason,
      detail,
    })
  }

  async function allow(by: BrowserSession, asked: Asked): Promise<string> {
    await audit.record(eventOf(by, asked, { type: 'signin.succeeded', result: 'success' }))
    const grantId = newToken(parts.random)
    const session = await sessions.openCommand(by, grantId, asked.client)
    const at = Math.floor(now().getTime() / 1000)
    const life = Math.ceil((session.expiresAt.getTime() - now().getTime()) / 1000)
    const grant = {
      kind: 'Grant',
      accountId: by.principal.id,
      clientId,
      openid: { scope: known(asked.scope) },
      iat: at,
      exp: at + life,
    }
    await records.put('Grant', grantId, grant, life)
    return grantId
  }

  async function endGrant(grantId: string, why: string, address: string): Promise<void> {
    const session = await sessions.findCommand(hashToken(grantId))
    if (session !== undefined) await end(session, why, address)
  }

  async function deny(by: BrowserSession, asked: Asked): Promise<void> {
    const reason = 'the person did not allow it'
    await audit.record(eventOf(by, asked, { type: 'signin.refused', result: 'refused', reason }))
  }

  return Object.freeze({
    allow,
    deny,

    async find(accessToken: string) {
      if (!isToken(accessToken)) return undefined
      const found = await records.accessToken(accessToken)
      if (found === undefined || !found.scope.split(' ').includes(rolesScope)) return undefined
      return findByHash(found.sessionHash)
    },

    async ofGrant(grantId: string) {
      const idHash = hashToken(grantId)
      const session = await findByHash(idHash)
      // It lasts, and does not count: who its provider is is not known now.
      if (session === undefined && (await sessions.findCommand(idHash)) !== undefined) {
        throw new ServerError('provider-unavailable')
      }
      return session
    },

    waitingDevice: (userCode: string) => records.waitingDevice(normalUserCode(userCode)),

    async decideDevice(
      device: WaitingDevice,
      by: BrowserSession,
      asked: Asked,
      isAllowed: boolean,
    ) {
      const { principal } = by
      if (!isAllowed) {
        await deny(by, asked)
        const refusal = { error: 'access_denied', errorDescription: 'the person did not allow it' }
        if (!(await records.decideDevice(device.idHash, refusal))) throw unknownCode()
        return
      }
      const grantId = await allow(by, asked)
      const answer = {
        accountId: principal.id,
        grantId,
        scope: known(asked.scope),
        amr: principal.amr,
        authTime: Math.floor(principal.authenticatedAt.getTime() / 1000),
      }
      if (await records.decideDevice(device.idHash, answer)) return
      await endGrant(grantId, 'its code had been decided about', asked.client.address)
      throw unknownCode()
    },

    async refreshed(session: BrowserSession, address: string) {
      const { id: principal, source } = session.principal
      await parts.fold(`refresh ${session.idHash} ${address}`, {
        type: 'signin.succeeded',
        result: 'success',
        principal,
        source,
        address,
        detail: { client: clientId, way: 'refresh' },
      })
    },

    endGrant,

    async endOwn(accessToken: string, address: string) {
      const found = isToken(accessToken) ? await records.accessToken(accessToken) : undefined
      const session = found && (await sessions.findCommand(found.sessionHash))
      if (session === undefined) return false
      await end(session, 'the command line signed out', address)
      return true
    },

    async endOf(principalId: string, id: string, address: string) {
      const mine = await sessions.commandsOf(principalId)
      const found = mine.find(one => shortId(one) === id)
      const session = found && (await sessions.findCommand(found.idHash))
      if (session === undefined) return false
      await end(session, 'the person signed the command line out', address)
      return true
    },

    list: (principalId: string) => sessions.commandsOf(principalId),
  })
}

/** Those of the scopes that there are. */
function known(scope: string): string {
  return scopes.filter(one => scope.split(' ').includes(one)).join(' ')
}

function eventOf(
  { principal }: BrowserSession,
  { client, browserAddress }: Asked,
  what: Pick<AuditEvent, 'type' | 'result' | 'reason'>,
): AuditEvent {
  return {
    ...what,
    principal: principal.id,
    source: principal.source,
    // Of the command line, which gets the tokens; the person's own stands at their sign-in.
    address: client.address,
    detail: {
      client: clientId,
      way: client.way,
      ...(browserAddress === client.address ? {} : { browser: browserAddress }),
      ...(client.hostName === undefined ? {} : { host: client.hostName }),
    },
  }
}

function unknownCode(): ServerError {
  return new ServerError('unknown-user-code')
}

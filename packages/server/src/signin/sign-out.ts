/** The way out: of a session here, and with a SAML provider's single logout in both directions. */
import type { LogoutOutcome } from '@rolecall/saml'
import type { Audit, AuditEvent } from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import type { Principal } from '../nouns.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import { recordRefusal } from './record-refusal.ts'
import type {
  ReceivedLogout,
  SamlLogout,
  SamlLogoutMessage,
  SamlMessageSent,
} from './saml-logout.ts'
import type { SamlProvider } from './saml-provider.ts'

/** Every way out. */
export interface SignOut {
  /**
   * Ends the session of a cookie's value, if it is one, also while its source is not known; answers
   * where the browser goes to sign out at the provider too, when it may.
   */
  here(token: string | undefined, address: string): Promise<string | undefined>
  /**
   * Signs out a person whom a trusted proxy names; answers where the proxy's own sign-out is, if that
   * is known.
   */
  named(principal: Principal): Promise<string | undefined>
  /**
   * The request with which the browser goes to the provider; undefined when none waits.
   * Throws `unknown-provider`, `provider-unavailable`.
   */
  send(providerId: string, id: string): Promise<SamlMessageSent | undefined>
  /** Takes a message of a provider. Throws `signout-refused`, `unknown-provider`, `provider-unavailable`. */
  receive(providerId: string, message: SamlLogoutMessage, address: string): Promise<ReceivedLogout>
}

/** The step over its parts. */
export function createSignOut(parts: {
  readonly config: () => Config
  readonly audit: Audit
  readonly sessions: BrowserSessions
  /** Told who signs out without a session here that ends. */
  readonly forget: (principals: readonly string[]) => void
  readonly logout: SamlLogout
  readonly provider: (id: string) => SamlProvider | undefined
}): SignOut {
  const { audit, sessions, logout } = parts

  function providerOf(id: string): SamlProvider {
    const provider = parts.provider(id)
    if (provider === undefined) throw new ServerError('unknown-provider', { detail: id })
    return provider
  }

  return Object.freeze({
    async here(token: string | undefined, address: string) {
      const session = await sessions.find(token)
      if (session === undefined) return undefined
      await sessions.end(session.idHash)
      const { id: principal, source } = session.principal
      await audit.record({ type: 'signout', result: 'success', principal, source, address })
      const provider = parts.provider(source)
      // Another issuer than the one that vouched for the session knows nothing of it.
      if (provider?.known()?.facts.entityId !== session.basis) return undefined
      const id = await logout.prepare(provider, session)
      return id === undefined ? undefined : `/signin/saml/${source}/logout/${id}`
    },

    async named({ id: principal, source, address }: Principal) {
      const reason = 'a trusted proxy named them'
      await audit.record({ type: 'signout', result: 'success', principal, source, address, reason })
      parts.forget([principal])
      return parts.config().signIn.headers.find(({ id }) => id === source)?.logoutUrl
    },

    send: async (providerId: string, id: string) => logout.send(providerOf(providerId), id),

    async receive(providerId: string, message: SamlLogoutMessage, address: string) {
      const provider = providerOf(providerId)
      const facts = { source: providerId, address }
      try {
        const received = await logout.receive(provider, message)
        await audit.record(eventsOf(received, facts))
        return received
      } catch (error) {
        throw await recordRefusal(audit, error, facts, 'signout')
      }
    },
  })
}

type Facts = { readonly source: string; readonly address: string }

function eventsOf(received: ReceivedLogout, facts: Facts): readonly [AuditEvent, ...AuditEvent[]] {
  if (received.kind === 'answer') {
    const { logout, outcome } = received
    const isDone = outcome === 'complete'
    const result = isDone ? 'success' : 'error'
    const reason = outcomes[outcome]
    return [{ type: 'signout.provider', ...facts, result, principal: logout.principalId, reason }]
  }
  const { id, ended } = received
  const base = { type: 'signout', result: 'success', ...facts } as const
  const reason = 'the identity provider asked for it'
  const [first, ...others] = ended.map(principal => ({
    ...base,
    principal,
    reason,
    detail: { request: id },
  }))
  return first === undefined
    ? [{ ...base, reason: `${reason}; no session was meant`, detail: { request: id } }]
    : [first, ...others]
}

const outcomes: Readonly<Record<LogoutOutcome, string>> = {
  complete: 'signed out at the identity provider',
  partial: 'the identity provider could not sign out everywhere',
  failed: 'the identity provider did not sign out',
}

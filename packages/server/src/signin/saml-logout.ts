/** SAML single logout, our half: ask a provider, take its answer, and do what it asks (saml-profiles 4.4). */
import {
  buildLogoutRequest,
  buildLogoutResponse,
  chooseSlo,
  type LogoutOutcome,
  logoutReasons,
  readLogoutRequest,
  readLogoutResponse,
  SamlError,
} from '@rolecall/saml'
import type { SamlKeyPair } from '../config/config.ts'
import type { Store } from '../store/index.ts'
import { type BrowserSession, endSessionsByLogout } from './browser-sessions.ts'
import type { IdpFacts } from './idp-facts.ts'
import { decryptionKeys } from './our-saml-keys.ts'
import { createPendingLogouts, type PendingLogout } from './pending-logouts.ts'
import { SignInRefusal } from './refusals.ts'
import { createReplayMemory } from './replays.ts'
import type { SamlProvider } from './saml-provider.ts'
import type { RandomBytes } from './tokens.ts'
import { allowedNow } from './weak-algorithms.ts'

/** How the browser carries a message of ours to the provider. */
export interface SamlMessageSent {
  readonly url: string
  /** Posted to `url`; without them it is a redirect. */
  readonly fields?: Readonly<Record<string, string>>
}

/** A message that came to our logout address, as it came. */
export type SamlLogoutMessage =
  | { readonly binding: 'redirect'; readonly query: string }
  | {
      readonly binding: 'post'
      readonly samlRequest: string | undefined
      readonly samlResponse: string | undefined
      readonly relayState: string | undefined
    }
  | { readonly binding: 'soap'; readonly envelope: Uint8Array }

/** What a message was. */
export type ReceivedLogout =
  | { readonly kind: 'answer'; readonly logout: PendingLogout; readonly outcome: LogoutOutcome }
  | {
      readonly kind: 'request'
      readonly id: string
      /** The principals whose sessions ended, one entry for each session. */
      readonly ended: readonly string[]
      /** The answer; undefined where the provider has no address for it, or we no key. */
      readonly reply: (SamlMessageSent & { readonly envelope?: string }) | undefined
    }

/** Single logout with the configured providers. */
export interface SamlLogout {
  /** Prepares the sign-out of a session at its provider; undefined when that is not possible. */
  prepare(provider: SamlProvider, session: BrowserSession): Promise<string | undefined>
  /** The LogoutRequest that was prepared, to be sent once. Throws `provider-unavailable`. */
  send(provider: SamlProvider, id: string): Promise<SamlMessageSent | undefined>
  /** Throws `SamlError`, `SignInRefusal`, `provider-unavailable`: then nothing ended. */
  receive(provider: SamlProvider, message: SamlLogoutMessage): Promise<ReceivedLogout>
}

const usable = ['redirect', 'post'] as const

/** Single logout over a store, a clock, a random source and our keys. */
export function createSamlLogout(options: {
  readonly store: Store
  readonly now: () => Date
  readonly random: RandomBytes
  /** Our own keys, read at every use. */
  readonly keys: () => readonly SamlKeyPair[]
}): SamlLogout {
  const { store, now, random, keys } = options
  const pending = createPendingLogouts(store, now)

  function peerOf({ config }: SamlProvider, { entityId, signingKeys }: IdpFacts) {
    return { entityId, signingKeys, allow: allowedNow(config, now()) }
  }

  async function takeRequest(
    provider: SamlProvider,
    message: SamlLogoutMessage,
  ): Promise<ReceivedLogout> {
    const { id: source, sloUrl, clockSkewSeconds } = provider.config
    const idp = await provider.idp()
    const input =
      message.binding === 'post' ? { ...message, samlRequest: message.samlRequest ?? '' } : message
    const request = await readLogoutRequest(input, {
      peer: peerOf(provider, idp),
      destination: sloUrl,
      now: now(),
      clockSkewSeconds,
      decryptionKeys: decryptionKeys(keys()),
      replay: createReplayMemory(store, idp.entityId, now),
    })
    const ended = await endSessionsByLogout(store, source, request)
    const { binding } = message
    return {
      kind: 'request',
      id: request.id,
      ended,
      reply: replyTo(provider, idp, request, binding),
    }
  }

  /** To a registered address, or on the same connection; never to one that a message names. */
  function replyTo(
    { config }: SamlProvider,
    { sloEndpoints }: IdpFacts,
    request: { readonly id: string; readonly relayState?: string },
    binding: SamlLogoutMessage['binding'],
  ): (SamlMessageSent & { readonly envelope?: string }) | undefined {
    const [sign] = keys()
    if (sign === undefined) return undefined
    const answer = { issuer: config.spEntityId, inResponseTo: request.id, sign, now: now() }
    try {
      if (binding === 'soap') {
        // Nothing is sent there: it only says for whom the answer is.
        const { location } = chooseSlo(sloEndpoints, 'request', ['soap', ...usable])
        const built = buildLogoutResponse({ ...answer, binding, destination: location })
        return {
          url: location,
          ...(built.envelope === undefined ? {} : { envelope: built.envelope }),
        }
      }
      const to = chooseSlo(sloEndpoints, 'response', usable)
      const { relayState } = request
      const built = { ...answer, binding: to.binding, destination: to.location, relayState }
      return sent(buildLogoutResponse(built))
    } catch (error) {
      if (error instanceof SamlError) return undefined
      throw error
    }
  }

  async function takeAnswer(
    provider: SamlProvider,
    message: Exclude<SamlLogoutMessage, { binding: 'soap' }>,
  ): Promise<ReceivedLogout> {
    const { id: source, sloUrl, clockSkewSeconds } = provider.config
    const idp = await provider.idp()
    const relayState =
      message.binding === 'post'
        ? message.relayState
        : (new URLSearchParams(message.query).get('RelayState') ?? undefined)
    const logout = isOurId(relayState) ? await pending.find(source, relayState) : undefined
    if (logout === undefined) throw unknownLogout()
    const input =
      message.binding === 'post'
        ? { ...message, samlResponse: message.samlResponse ?? '' }
        : message
    const { outcome } = await readLogoutResponse(input, {
      peer: peerOf(provider, idp),
      destination: sloUrl,
      inResponseTo: logout.id,
      now: now(),
      clockSkewSeconds,
    })
    if (!(await pending.end(logout.id))) throw unknownLogout()
    return { kind: 'answer', logout, outcome }
  }

  return Object.freeze({
    async prepare({ config, known }: SamlProvider, { principal, subject }: BrowserSession) {
      const facts = known()?.facts
      const hasAddress = facts !== undefined && logoutAddress(facts) !== undefined
      if (config.logout !== 'single' || subject === undefined || !hasAddress) return undefined
      if (keys().length === 0) return undefined
      const id = `_${Buffer.from(random(20)).toString('hex')}`
      await pending.hold({ id, source: config.id, principalId: principal.id, subject })
      return id
    },

    async send(provider: SamlProvider, id: string) {
      const idp = await provider.idp()
      const to = logoutAddress(idp)
      const [sign] = keys()
      if (to === undefined || sign === undefined || !isOurId(id)) return undefined
      const logout = await pending.send(provider.config.id, id)
      if (logout === undefined) return undefined
      const { nameId, sessionIndex } = logout.subject
      return sent(
        buildLogoutRequest({
          id,
          issuer: provider.config.spEntityId,
          destination: to.location,
          binding: to.binding,
          nameId,
          sessionIndexes: sessionIndex === undefined ? [] : [sessionIndex],
          reason: logoutReasons.user,
          relayState: id,
          sign,
          now: now(),
        }),
      )
    },

    receive: (provider: SamlProvider, message: SamlLogoutMessage) =>
      message.binding !== 'soap' && isAnswer(message)
        ? takeAnswer(provider, message)
        : takeRequest(provider, message),
  })
}

function logoutAddress({ sloEndpoints }: IdpFacts) {
  try {
    return chooseSlo(sloEndpoints, 'request', usable)
  } catch (error) {
    if (error instanceof SamlError) return undefined
    throw error
  }
}

/** What to do with a message that both or neither could be is decided by its reader: it refuses. */
function isAnswer(message: Exclude<SamlLogoutMessage, { binding: 'soap' }>): boolean {
  return message.binding === 'post'
    ? message.samlResponse !== undefined
    : /(^|&)SAMLResponse=/.test(message.query)
}

function sent(built: { readonly url: string; readonly form?: object }): SamlMessageSent {
  return built.form === undefined
    ? { url: built.url }
    : { url: built.url, fields: { ...built.form } }
}

function isOurId(id: string | undefined): id is string {
  return id !== undefined && /^_[0-9a-f]{40}$/.test(id)
}

function unknownLogout(): SignInRefusal {
  return new SignInRefusal('logout-unknown', {
    check: 'RelayState',
    expected: 'a sign-out that waits',
  })
}

/** SAML Web Browser SSO, our half: ask an identity provider, and take its answer. */
import { buildAuthnRequest, verifyResponse } from '@rolecall/saml'
import type { Config, SamlKeyPair } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import type { Store } from '../store/index.ts'
import { type BrowserCookies, hashBrowserBinding } from './browser-binding.ts'
import type { Admission } from './browser-sessions.ts'
import { requestKey } from './our-saml-keys.ts'
import { createPendingRequests } from './pending-requests.ts'
import { SignInRefusal } from './refusals.ts'
import { explained } from './refused-response.ts'
import { createReplayMemory } from './replays.ts'
import { checkReturnPath } from './return-path.ts'
import { expectationsOf } from './saml-expectations.ts'
import { samlPrincipal } from './saml-principal.ts'
import type { SamlProvider } from './saml-provider.ts'
import { newToken, type RandomBytes } from './tokens.ts'
import { unaskedReturn } from './unasked-return.ts'
import { createEndReminder } from './weak-algorithms.ts'

/** How the browser carries the request to the identity provider, and its pre-session cookie. */
export type SamlRequestSent = { readonly binding: string } & (
  | { readonly kind: 'redirect'; readonly url: string }
  | {
      readonly kind: 'post'
      readonly url: string
      readonly fields: Readonly<Record<string, string>>
    }
)

/** What came to the assertion consumer service, all of it unverified. */
export interface SamlAnswer {
  readonly samlResponse: string | undefined
  readonly relayState: string | undefined
  readonly browser: BrowserCookies
  readonly address: string
}

/** What a browser starts a sign-in with, unverified too. */
export interface SamlStart {
  readonly returnTo: string | undefined
  readonly browser: BrowserCookies
}

/** Both halves of a sign-in; what lies between them is in the store. */
export interface SamlSignIn {
  /** Throws `bad-return-path`, `provider-unavailable`. */
  start(provider: SamlProvider, input: SamlStart): Promise<SamlRequestSent>
  /** Throws `RefusedResponse`, `SamlError`, `SignInRefusal`, `provider-unavailable`. */
  finish(
    provider: SamlProvider,
    answer: SamlAnswer,
  ): Promise<{ readonly admission: Admission; readonly returnTo: string }>
}

/** The two steps over a store, a clock and a random source. */
export function createSamlSignIn(options: {
  readonly store: Store
  readonly now: () => Date
  readonly random: RandomBytes
  /** Our own keys, read at every use. */
  readonly keys: () => readonly SamlKeyPair[]
  /** Our own addresses, read at every use. */
  readonly ours: () => Pick<Config, 'publicUrl' | 'targets'>
  /** Told what an administrator should know in time. */
  readonly warn: (message: string) => void
}): SamlSignIn {
  const { store, now, random, keys } = options
  const remindOfEnd = createEndReminder(options.warn)
  const pending = createPendingRequests(store, now)

  /** The binding is kept while it serves: a second tab must not end the first one's sign-in. */
  async function bindingFor({ binding }: BrowserCookies): Promise<string> {
    const hash = hashBrowserBinding(binding)
    const isKept = binding !== undefined && hash !== undefined && (await pending.isWaiting(hash))
    return isKept ? binding : newToken(random)
  }

  async function expectedRequest(provider: SamlProvider, answer: SamlAnswer) {
    const { allowUnsolicited } = provider.config
    const id = answer.relayState
    if (id === undefined || !/^_[0-9a-f]{32,79}$/.test(id)) {
      if (allowUnsolicited) return undefined
      throw new SignInRefusal('relay-state-missing', {
        check: 'RelayState',
        expected: 'the value sent with the request',
        received: id === undefined ? 'none' : 'another value',
      })
    }
    const browserHash = hashBrowserBinding(answer.browser.binding) ?? 'none'
    return pending.take({ id, source: provider.config.id, browserHash })
  }

  return Object.freeze({
    async start(provider: SamlProvider, input: SamlStart) {
      const returnTo = checkReturnPath(input.returnTo)
      const idp = await provider.idp()
      const binding = await bindingFor(input.browser)
      // Also the RelayState: opaque, unguessable and within the 80 bytes of SAML Bindings 3.4.3.
      const id = `_${Buffer.from(random(20)).toString('hex')}`
      const request = buildAuthnRequest({
        id,
        sp: { entityId: provider.config.spEntityId, acsUrl: provider.config.acsUrl },
        idp: { ssoUrl: idp.sso.location },
        binding: idp.sso.binding,
        now: now(),
        relayState: id,
        forceAuthn: provider.config.forceAuthn,
        authnContextClassRefs: provider.config.authnContexts,
        sign: requestKey(provider.config, idp, keys()),
      })
      const browserHash = hashBrowserBinding(binding)
      if (browserHash === undefined) throw new ServerError('internal', { detail: 'binding form' })
      await pending.hold({ id, source: provider.config.id, browserHash, returnTo })
      if (request.form === undefined)
        return { kind: 'redirect' as const, url: request.url, binding }
      return { kind: 'post' as const, url: request.url, fields: { ...request.form }, binding }
    },

    async finish(provider: SamlProvider, answer: SamlAnswer) {
      if (answer.samlResponse === undefined) {
        throw new SignInRefusal('response-missing', { check: 'SAMLResponse', expected: 'one' })
      }
      const idp = await provider.idp()
      const request = await expectedRequest(provider, answer)
      remindOfEnd(provider.config, now())
      const { samlResponse } = answer
      const exchange = { provider: provider.config, idp, keys: keys(), now: now() }
      const expectations = expectationsOf(exchange, request)
      const replay = createReplayMemory(store, idp.entityId, now)
      const response = await verifyResponse(samlResponse, { ...expectations, replay }).catch(
        async (error: unknown) => {
          throw await explained(error, samlResponse, expectations)
        },
      )
      const principal = samlPrincipal(response, provider.config, answer.address)
      const { issuer: basis, nameId, sessionIndex } = response
      const admission = { principal, basis, subject: { nameId, sessionIndex } }
      return {
        admission,
        returnTo: request?.returnTo ?? unaskedReturn(answer.relayState, options.ours()),
      }
    },
  })
}

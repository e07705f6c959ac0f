/** The sign-in step: every way in ends here, in an audit event and a browser session. */
import type { Audit } from '../audit/index.ts'
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import type { BrowserCookies } from './browser-binding.ts'
import type { Admission, BrowserSessions } from './browser-sessions.ts'
import { passwordRefused, verifyPassword } from './password-sources.ts'
import { personPrincipal } from './person.ts'
import { recordRefusal } from './record-refusal.ts'
import { checkReturnPath } from './return-path.ts'
import type { SamlProvider } from './saml-provider.ts'
import type { SamlAnswer, SamlRequestSent, SamlSignIn, SamlStart } from './saml-sign-in.ts'
import { serviceProviderMetadata } from './service-provider-metadata.ts'
import type { PasswordSource, TypedCredentials } from './sources.ts'

/** A sign-in that succeeded: the cookie's value and where the person goes. */
export interface SignedInHere {
  readonly token: string
  /** How long the cookie may live. */
  readonly maxAgeSeconds: number
  readonly returnTo: string
}

/** A username and password as somebody typed them, and where from. */
export interface PasswordAttempt extends TypedCredentials {
  /** The id of the source whose form it was. */
  readonly source: string
  readonly returnTo: string | undefined
  readonly address: string
  readonly browser: BrowserCookies
}

/** Every way in. */
export interface SignIn {
  /** Our metadata for a provider's administrator. Throws `unknown-provider`. */
  metadata(providerId: string): string
  /** Throws `unknown-provider`, `provider-unavailable`, `bad-return-path`. */
  startSaml(providerId: string, input: SamlStart): Promise<SamlRequestSent>
  /** Throws `signin-refused` whatever the reason; the reason stands in the audit log. */
  finishSaml(providerId: string, answer: SamlAnswer): Promise<SignedInHere>
  /** Throws `password-refused` for a wrong name, a wrong password and a disabled user alike. */
  withPassword(input: PasswordAttempt): Promise<SignedInHere>
}

/** The step over its parts; `provider` answers with the runtime of a configured SAML provider. */
export function createSignIn(parts: {
  readonly config: () => Config
  readonly audit: Audit
  readonly passwords: () => readonly PasswordSource[]
  readonly sessions: BrowserSessions
  readonly saml: SamlSignIn
  readonly provider: (id: string) => SamlProvider | undefined
  readonly now: () => Date
}): SignIn {
  const { audit, sessions, saml } = parts

  function providerOf(id: string): SamlProvider {
    const provider = parts.provider(id)
    if (provider === undefined) throw new ServerError('unknown-provider', { detail: id })
    return provider
  }

  async function admit(admission: Admission, returnTo: string, browser: BrowserCookies) {
    const { principal } = admission
    await audit.record({
      type: 'signin.succeeded',
      result: 'success',
      principal: principal.id,
      source: principal.source,
      address: principal.address,
      detail: { groups: String(principal.groups.length), amr: principal.amr.join(' ') },
    })
    const { token, session } = await sessions.open(admission, browser)
    const lifeMs = session.expiresAt.getTime() - session.createdAt.getTime()
    return { token, maxAgeSeconds: Math.floor(lifeMs / 1000), returnTo }
  }

  return Object.freeze({
    metadata: (providerId: string) =>
      serviceProviderMetadata(providerOf(providerId), parts.config().signIn.samlKeys),

    async startSaml(providerId: string, input: SamlStart) {
      const sent = await saml.start(providerOf(providerId), input)
      await sessions.bind({ ...input.browser, binding: sent.binding })
      return sent
    },

    async finishSaml(providerId: string, answer: SamlAnswer) {
      const provider = providerOf(providerId)
      try {
        const { admission, returnTo } = await saml.finish(provider, answer)
        return await admit(admission, returnTo, answer.browser)
      } catch (error) {
        throw await recordRefusal(
          audit,
          error,
          { source: providerId, address: answer.address },
          'signin',
        )
      }
    },

    async withPassword(input: PasswordAttempt) {
      const returnTo = checkReturnPath(input.returnTo)
      const { address, browser } = input
      const sources = parts.passwords().filter(({ id }) => id === input.source)
      try {
        const { source, person } = await verifyPassword(sources, input)
        const principal = personPrincipal(source.id, person, { address, now: parts.now() })
        return await admit({ principal, basis: person.basis }, returnTo, browser)
      } catch (error) {
        throw await passwordRefused(error, (cause, source) =>
          recordRefusal(audit, cause, { source, address }, 'signin'),
        )
      }
    },
  })
}

import { whole } from '../http/exchange.ts'
import { type Listener, listen } from '../http/listen.ts'
import { createIdpIdentity } from '../idp/identity.ts'
import { handleJumpCloud } from './handle.ts'
import type { JumpCloudDocument } from './schema.ts'
import { createTenant } from './tenant.ts'

/** A simulated tenant of JumpCloud that runs. */
export interface JumpCloud {
  /** Console, applications and Duo's frame are all here; no trailing slash. */
  readonly url: string
  /** The sign-on address of an application. */
  ssoUrl(application: string): string
  readonly metadataXml: string
  /** What waits on phones. */
  waiting(): readonly { readonly email: string; readonly kind: string }[]
  /** Answers what waits, of one person or of all; gives how many there were. */
  answer(answer: 'accepted' | 'denied' | 'expired', email?: string): number
  /** Every request gets a web page, until it is over. */
  setOutage(isOut: boolean): void
  /** Signs everybody out. */
  endSessions(): void
}

const maxBodyBytes = 64 * 1024

/** Starts it on a port of its own. Throws `SimulatorError` `listen_failed`. */
export async function startJumpCloud(
  document: JumpCloudDocument,
  options: { readonly host: string; readonly port: number; readonly now: () => Date },
): Promise<{ readonly jumpCloud: JumpCloud; readonly listener: Listener }> {
  const { host, port, now } = options
  const listener = await listen({ host, port, requestTimeoutMs: 30_000 })
  const { origin } = listener
  const identity = createIdpIdentity(origin, now(), false)
  const tenant = createTenant(document, { origin, identity, now })
  listener.serve(whole(request => handleJumpCloud(tenant, request), maxBodyBytes))
  const { prompts, sessions, behaviour, ssoUrl } = tenant
  const jumpCloud = Object.freeze({
    url: origin,
    ssoUrl: (application: string) => `${ssoUrl}/saml2/${application}`,
    metadataXml: identity.metadataXml,
    waiting: () => prompts.pending().map(({ email, kind }) => ({ email, kind })),
    answer: prompts.answer,
    setOutage(isOut: boolean) {
      behaviour.outage = isOut
    },
    endSessions: () => sessions.sweep(() => true),
  })
  return { jumpCloud, listener }
}

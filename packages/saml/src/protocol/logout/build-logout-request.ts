import type { SigningKey } from '../../signature/algorithms.ts'
import { el } from '../../xml/write.ts'
import { dateOption, idOption, listOption, secondsOption, textOption } from '../check-option.ts'
import { type GivenNameId, nameIdElement } from '../name-id-element.ts'
import { type BuiltMessage, sendMessage } from '../send-message.ts'
import { addSeconds, writeTime } from '../write-time.ts'
import { signingOption } from './signing-option.ts'

/** What `buildLogoutRequest` needs to know. */
export interface LogoutRequestOptions {
  /** Our entity ID. */
  readonly issuer: string
  /** The peer's single logout URL: see `chooseSlo`. */
  readonly destination: string
  readonly binding: 'redirect' | 'post' | 'soap'
  readonly now: Date
  /** Whose sessions end, exactly as the assertion named the person. */
  readonly nameId: GivenNameId
  /** Which of the person's sessions end; none given: all of them. */
  readonly sessionIndexes?: readonly string[]
  /** A URI, such as `logoutReasons.user`. */
  readonly reason?: string
  /** For how long the request holds, in whole seconds: 1 to 3600, default 300. */
  readonly lifetimeSeconds?: number
  /** An NCName that was never used before; made here when absent. Keep it: the answer names it. */
  readonly id?: string
  /** At most 80 bytes of UTF-8; not by SOAP. */
  readonly relayState?: string | undefined
  readonly sign: SigningKey
}

/** A LogoutRequest ready to be sent. */
export interface BuiltLogoutRequest extends BuiltMessage<'SAMLRequest'> {
  readonly id: string
}

/**
 * A signed LogoutRequest (saml-core 3.7.1, saml-profiles 4.4.4.1) of an SP to its IdP or of an IdP
 * to an SP. Throws `SamlError`: `option.invalid`, `relay-state.invalid`, `write.character`.
 */
export function buildLogoutRequest(options: LogoutRequestOptions): BuiltLogoutRequest {
  const { binding, destination, relayState, sessionIndexes = [], reason } = options
  const id = idOption('id', options.id)
  const now = dateOption('now', options.now)
  const lifetime = secondsOption('lifetimeSeconds', options.lifetimeSeconds ?? 300, 1, 3600)
  const request = el(
    'samlp:LogoutRequest',
    {
      ID: id,
      Version: '2.0',
      IssueInstant: writeTime(now),
      Destination: destination,
      NotOnOrAfter: writeTime(addSeconds(now, lifetime)),
      Reason: reason === undefined ? undefined : textOption('reason', reason),
    },
    el('saml:Issuer', {}, textOption('issuer', options.issuer)),
    nameIdElement(options.nameId, 'nameId'),
    listOption('sessionIndexes', sessionIndexes).map(index =>
      el('samlp:SessionIndex', {}, textOption('sessionIndexes', index)),
    ),
  )
  const sign = signingOption(options.sign)
  const to = { binding, url: destination, check: 'destination', relayState, sign }
  return Object.freeze({ id, ...sendMessage('SAMLRequest', request, to) })
}

import { statusCodes } from '../../names.ts'
import type { SigningKey } from '../../signature/algorithms.ts'
import { el } from '../../xml/write.ts'
import { idOption, textOption } from '../check-option.ts'
import { type ErrorStatus, statusElement } from '../issue-response.ts'
import { type BuiltMessage, sendMessage } from '../send-message.ts'
import { writeTime } from '../write-time.ts'
import { signingOption } from './signing-option.ts'

/** What `buildLogoutResponse` needs to know. */
export interface LogoutResponseOptions {
  /** Our entity ID. */
  readonly issuer: string
  /** Where the peer takes answers: see `chooseSlo`. */
  readonly destination: string
  readonly binding: 'redirect' | 'post' | 'soap'
  readonly now: Date
  /** ID of the request that is answered. */
  readonly inResponseTo: string
  /**
   * Default Success. `{ code: statusCodes.success, subCode: statusCodes.partialLogout }` when not
   * everybody could be reached.
   */
  readonly status?: ErrorStatus
  readonly id?: string
  /** The RelayState of the request; not by SOAP. */
  readonly relayState?: string | undefined
  readonly sign: SigningKey
}

/** A LogoutResponse ready to be sent. */
export interface BuiltLogoutResponse extends BuiltMessage<'SAMLResponse'> {
  readonly id: string
}

/**
 * A signed LogoutResponse (saml-core 3.7.2, saml-profiles 4.4.4.2).
 * Throws `SamlError`: `option.invalid`, `relay-state.invalid`, `write.character`.
 */
export function buildLogoutResponse(options: LogoutResponseOptions): BuiltLogoutResponse {
  const { binding, destination, relayState, status = { code: statusCodes.success } } = options
  const id = idOption('id', options.id)
  const response = el(
    'samlp:LogoutResponse',
    {
      ID: id,
      Version: '2.0',
      IssueInstant: writeTime(options.now),
      Destination: destination,
      InResponseTo: idOption('inResponseTo', textOption('inResponseTo', options.inResponseTo)),
    },
    el('saml:Issuer', {}, textOption('issuer', options.issuer)),
    statusElement(status),
  )
  const sign = signingOption(options.sign)
  const to = { binding, url: destination, check: 'destination', relayState, sign }
  return Object.freeze({ id, ...sendMessage('SAMLResponse', response, to) })
}

import { defined } from '../../defined.ts'
import { SamlError } from '../../errors.ts'
import { attribute } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'
import { dateOption, objectOption, skewOption, textOption } from '../check-option.ts'
import { logoutCodes } from '../message-codes.ts'
import { checkAge, checkDestination, issuerOf, readMessageHeader } from '../message-header.ts'
import { type MessageKind, receiveMessage, verifiedRoot } from '../receive-message.ts'
import { type LogoutPeer, trustedPeer } from './peer.ts'
import { type LogoutOutcome, outcomeOf, type ReceivedStatus, readStatus } from './status.ts'

/** A LogoutResponse as it arrived: the raw query after `?`, the fields of the form, or the SOAP body. */
export type LogoutResponseInput =
  | { readonly binding: 'redirect'; readonly query: string }
  | {
      readonly binding: 'post'
      readonly samlResponse: string
      readonly relayState?: string | undefined
    }
  | { readonly binding: 'soap'; readonly envelope: string | Uint8Array }

/** What a LogoutResponse is held against. */
export interface ReadLogoutResponseOptions {
  /** The peer that was asked. */
  readonly peer: LogoutPeer
  /** The URL at which the response arrived; by SOAP that of the sender of the request. */
  readonly destination: string
  /** ID of the request that was sent; forget it when it is answered. */
  readonly inResponseTo: string
  readonly now: Date
  /** Default 60, at most 300. */
  readonly clockSkewSeconds?: number
}

/** The verified facts of a LogoutResponse; all but `relayState` of POST were signed. */
export interface LogoutResponse {
  readonly id: string
  readonly issuer: string
  readonly issueInstant: Date
  readonly destination?: string
  readonly inResponseTo: string
  readonly status: ReceivedStatus
  /** `complete`: everybody logged out; `partial`: not everybody did; `failed`: the peer did not. */
  readonly outcome: LogoutOutcome
  readonly relayState?: string
}

const kind: MessageKind = { name: 'SAMLResponse', local: 'LogoutResponse', codes: logoutCodes }
const content = [slot('saml:Issuer'), slot('samlp:Extensions?'), slot('samlp:Status')] as const

/**
 * Verifies a LogoutResponse of any binding (saml-profiles 4.4.4.2) and answers what it says,
 * whatever its status; throws `SamlError` with the code of the check that failed. One that is not
 * signed refuses always.
 */
export async function readLogoutResponse(
  input: LogoutResponseInput,
  options: ReadLogoutResponseOptions,
): Promise<LogoutResponse> {
  const { peer, destination } = objectOption('options', options)
  textOption('destination', destination)
  const expected = textOption('inResponseTo', options.inResponseTo)
  const now = dateOption('now', options.now)
  const skew = skewOption(options.clockSkewSeconds)
  const { binding } = objectOption('input', input)
  const message = receiveMessage(
    input.binding === 'post' ? { ...input, field: input.samlResponse } : input,
    kind,
  )
  const trust = await trustedPeer(objectOption('peer', peer), issuerOf(message.root, logoutCodes))
  const root = verifiedRoot(message, trust, kind)
  const header = readMessageHeader(root, ['InResponseTo'], logoutCodes)
  checkDestination(header, destination, binding !== 'soap', logoutCodes)
  checkAge(header, now, skew, logoutCodes)
  const inResponseTo = attribute(root, 'InResponseTo')
  if (inResponseTo !== expected) {
    throw new SamlError('logout.in-response-to', {
      check: 'InResponseTo',
      expected,
      received: inResponseTo ?? 'none',
    })
  }
  const [, , [element]] = sequence(root, content, logoutCodes.malformed)
  const status = readStatus(element ?? root)
  const outcome = outcomeOf(status)
  return defined({ ...header, inResponseTo, status, outcome, relayState: message.relayState })
}

import { defined } from '../../defined.ts'
import {
  type Decryption,
  type DecryptionKey,
  decryptElement,
  decryptionKeys,
} from '../../encryption/decrypt-element.ts'
import { SamlError, type SamlErrorCode } from '../../errors.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, textOf } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'
import { dateOption, listOption, objectOption, skewOption, textOption } from '../check-option.ts'
import { logoutCodes } from '../message-codes.ts'
import {
  checkAge,
  checkDestination,
  issuerOf,
  readMessageHeader,
  rememberUntil,
} from '../message-header.ts'
import type { NameId } from '../name-id.ts'
import { readNameId } from '../name-id-element.ts'
import { readTime } from '../read-time.ts'
import { type MessageKind, receiveMessage, verifiedRoot } from '../receive-message.ts'
import { refuseReplay, replayOption } from '../replay.ts'
import type { ReplayStore } from '../response/expectations.ts'
import { type PeerOption, trustedPeer } from './peer.ts'

/** A LogoutRequest as it arrived: the raw query after `?`, the fields of the form, or the SOAP body. */
export type LogoutRequestInput =
  | { readonly binding: 'redirect'; readonly query: string }
  | {
      readonly binding: 'post'
      readonly samlRequest: string
      readonly relayState?: string | undefined
    }
  | { readonly binding: 'soap'; readonly envelope: string | Uint8Array }

/** What a LogoutRequest is held against. */
export interface ReadLogoutRequestOptions {
  /** Who may ask: the session's identity provider, or what finds a service provider by its entity ID. */
  readonly peer: PeerOption
  /** The URL at which the request arrived, without the query that the binding added. */
  readonly destination: string
  readonly now: Date
  /** Default 60, at most 300. */
  readonly clockSkewSeconds?: number
  /** Asked last, with the ID and the issuer in one text. */
  readonly replay: ReplayStore
  /** Our private keys, at most 4, for a person whose name is encrypted; without any it refuses. */
  readonly decryptionKeys?: readonly DecryptionKey[]
}

/** The verified facts of a LogoutRequest (saml-core 3.7.1); all but `relayState` of POST were signed. */
export interface LogoutRequest {
  readonly id: string
  readonly issuer: string
  readonly issueInstant: Date
  readonly destination?: string
  readonly notOnOrAfter?: Date
  readonly nameId: NameId
  /** The sessions that end; empty: all of this person with this issuer. See `isEndedBy`. */
  readonly sessionIndexes: readonly string[]
  readonly reason?: string
  readonly relayState?: string
}

const kind: MessageKind = { name: 'SAMLRequest', local: 'LogoutRequest', codes: logoutCodes }
const content = [
  slot('saml:Issuer'),
  slot('samlp:Extensions?'),
  slot('saml:BaseID?'),
  slot('saml:NameID?'),
  slot('saml:EncryptedID?'),
  slot('samlp:SessionIndex*'),
] as const

/**
 * Verifies a LogoutRequest of any binding (saml-profiles 4.4.4.1) and answers what it says, or
 * throws `SamlError` with the code of the check that failed. One that is not signed refuses always;
 * facts are read from what the signature covers and from nothing else.
 */
export async function readLogoutRequest(
  input: LogoutRequestInput,
  options: ReadLogoutRequestOptions,
): Promise<LogoutRequest> {
  const { peer, destination, replay } = objectOption('options', options)
  textOption('destination', destination)
  replayOption(replay)
  const now = dateOption('now', options.now)
  const skew = skewOption(options.clockSkewSeconds)
  const { binding } = objectOption('input', input)
  const message = receiveMessage(
    input.binding === 'post' ? { ...input, field: input.samlRequest } : input,
    kind,
  )
  const trust = await trustedPeer(peer, issuerOf(message.root, logoutCodes))
  const root = verifiedRoot(message, trust, kind)
  const header = readMessageHeader(root, ['NotOnOrAfter', 'Reason'], logoutCodes)
  const { allowed } = trust
  const ours = listOption('decryptionKeys', options.decryptionKeys ?? [])
  const decryption = { keys: decryptionKeys(ours, allowed), allowed }
  const content = readContent(root, decryption)
  const request = defined({ ...header, ...content, relayState: message.relayState })
  // By SOAP nobody stands in between who could send it on (saml-bindings 3.2).
  checkDestination(header, destination, binding !== 'soap', logoutCodes)
  checkAge(header, now, skew, logoutCodes)
  checkNotOver(request.notOnOrAfter, now, skew)
  await refuseReplay(replay, header, rememberUntil(header, skew), logoutCodes)
  return request
}

function readContent(root: XmlElement, decryption: Decryption) {
  const [, , [baseId], [nameId], [encryptedId], indexes] = sequence(
    root,
    content,
    logoutCodes.malformed,
  )
  const notOnOrAfter = attribute(root, 'NotOnOrAfter')
  return {
    notOnOrAfter: notOnOrAfter === undefined ? undefined : readTime(notOnOrAfter, 'NotOnOrAfter'),
    nameId: principalOf(
      [baseId, nameId, encryptedId].filter(each => each !== undefined),
      decryption,
    ),
    sessionIndexes: Object.freeze(indexes.map(readSessionIndex)),
    reason: attribute(root, 'Reason'),
  }
}

/** The one name of the principal; an encrypted one is signed with the request. */
function principalOf([name, ...others]: readonly XmlElement[], decryption: Decryption): NameId {
  if (name === undefined || others.length > 0) {
    return refuse('logout.subject', 'NameID', 'one', name === undefined ? 'none' : 'several')
  }
  if (name.local === 'EncryptedID') {
    return readNameId(decryptElement(name, 'NameID', decryption, true).root, 'logout.subject')
  }
  if (name.local !== 'NameID') return refuse('logout.subject', 'principal', 'a NameID', name.local)
  return readNameId(name, 'logout.subject')
}

/** An empty one would be no session, where the sender may have meant all of them. */
function readSessionIndex(element: XmlElement): string {
  const index = textOf(element)
  return index === '' ? refuse('logout.malformed', 'SessionIndex', 'a text', index) : index
}

function checkNotOver(end: Date | undefined, now: Date, skew: number): void {
  if (end === undefined || now.getTime() - skew * 1000 < end.getTime()) return
  refuse('logout.expired', 'NotOnOrAfter', `later than ${now.toISOString()}`, end.toISOString())
}

function refuse(code: SamlErrorCode, check: string, expected: string, received: string): never {
  throw new SamlError(code, { check, expected, received })
}

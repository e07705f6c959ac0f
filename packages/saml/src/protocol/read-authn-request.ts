import { defined } from '../defined.ts'
import { SamlError } from '../errors.ts'
import type { KeyInput, WeakAlgorithm } from '../signature/algorithms.ts'
import type { XmlElement } from '../xml/nodes.ts'
import {
  allowOption,
  booleanOption,
  dateOption,
  invalidOption,
  listOption,
  objectOption,
  skewOption,
} from './check-option.ts'
import { authnRequestCodes as codes } from './message-codes.ts'
import { checkAge, checkDestination, issuerOf, rememberUntil } from './message-header.ts'
import {
  type MessageKind,
  type ReceivedMessage,
  receiveMessage,
  verifiedRoot,
} from './receive-message.ts'
import { refuseReplay, replayOption } from './replay.ts'
import { type RequestFacts, readRequestAddress, readRequestFacts } from './request-facts.ts'
import { refusing, type SenderFinder } from './request-refusal.ts'
import type { ReplayStore } from './response/expectations.ts'

/** An AuthnRequest as it arrived: the raw query after `?`, or the fields of the posted form. */
export type AuthnRequestInput =
  | { readonly binding: 'redirect'; readonly query: string }
  | {
      readonly binding: 'post'
      readonly samlRequest: string
      readonly relayState?: string | undefined
    }

/** What `readAuthnRequest` checks the request against. */
export interface ReadAuthnRequestOptions {
  /**
   * Finds the service provider by the issuer's entity ID, which is not verified yet. An unknown one
   * refuses, as does an unsigned request where the metadata says AuthnRequestsSigned.
   */
  readonly entity?: SenderFinder
  /** Pinned keys, in place of `entity`. */
  readonly keys?: readonly KeyInput[]
  /** Weak algorithms that count for this service provider all the same. */
  readonly allow?: readonly WeakAlgorithm[]
  /** Refuse every unsigned request. A signature that is present must verify in any case. */
  readonly requireSignature?: boolean
  /** The URL at which the request arrived, without the query that the binding added. */
  readonly destination?: string
  /** Judges IssueInstant: at most 5 minutes and the skew old. Without it the time is not judged. */
  readonly now?: Date
  /** Default 60, at most 300. */
  readonly clockSkewSeconds?: number
  /** Lets a request pass once; needs `now`. Asked last, with the ID and the issuer in one text. */
  readonly replay?: ReplayStore
}

/** The facts of an AuthnRequest. Where `signed` is true all but `relayState` of POST are verified. */
export interface AuthnRequest extends RequestFacts {
  readonly relayState?: string
  readonly signed: boolean
}

const kind: MessageKind = { name: 'SAMLRequest', local: 'AuthnRequest', codes }

/**
 * Reads and checks an AuthnRequest (saml-core 3.4.1) of the Redirect or POST binding. Redirect
 * signatures are verified over the raw query octets, so the sender's percent encoding does not
 * matter; an XML signature there is refused (saml-bindings 3.4.4.1). Of a signed POST request only
 * the verified element is read. Where to answer is a question of its own: see `chooseAcs`, and
 * `refusalAnswer` for what is refused here.
 */
export async function readAuthnRequest(
  input: AuthnRequestInput,
  options: ReadAuthnRequestOptions = {},
): Promise<AuthnRequest> {
  const { now, replay, destination } = objectOption('options', options)
  const skew = skewOption(options.clockSkewSeconds)
  if (now !== undefined) dateOption('now', now)
  if (replay !== undefined) replayOption(replay)
  const message = messageFrom(objectOption('input', input))
  const root = await believedRoot(message, options)
  const signed = message.signature !== undefined
  const address = readRequestAddress(root)
  // Before anything that could be answered: what was sent to somebody else is not for us to answer.
  checkDestination(address, destination, signed, codes)
  return refusing(address, async () => {
    const facts = readRequestFacts(root)
    if (now !== undefined) checkAge(facts, now, skew, codes)
    if (replay !== undefined) {
      if (now === undefined) invalidOption('now', 'a Date together with replay', 'none')
      await refuseReplay(replay, facts, rememberUntil(facts, skew), codes)
    }
    return defined({ ...facts, signed, relayState: message.relayState })
  })
}

function messageFrom(input: AuthnRequestInput): ReceivedMessage {
  if (input.binding === 'redirect') return receiveMessage(input, kind)
  if (input.binding === 'post') return receiveMessage({ ...input, field: input.samlRequest }, kind)
  const { binding } = input as { binding: unknown }
  return invalidOption('binding', 'redirect or post', String(binding))
}

/** The element whose facts may be used: what the signature covers, or an unsigned root where one may be. */
async function believedRoot(
  message: ReceivedMessage,
  options: ReadAuthnRequestOptions,
): Promise<XmlElement> {
  const { keys, isSigner } = await senderOf(issuerOf(message.root, codes), options)
  const isRequired = booleanOption('requireSignature', options.requireSignature) || isSigner
  const isUnsigned = message.signature === undefined
  const trust = { keys, allowed: allowOption(options.allow) }
  return isUnsigned && !isRequired ? message.root : verifiedRoot(message, trust, kind)
}

async function senderOf(issuer: string, { entity, keys }: ReadAuthnRequestOptions) {
  if (entity === undefined) return { keys: listOption('keys', keys ?? []), isSigner: false }
  if (keys !== undefined) invalidOption('keys', 'none beside entity', 'keys')
  if (typeof entity !== 'function') return invalidOption('entity', 'a function', typeof entity)
  const found = await entity(issuer)
  const { sp, entityId } = found === undefined ? {} : objectOption('entity', found)
  if (sp === undefined || entityId !== issuer) {
    throw new SamlError('request.issuer', {
      check: 'Issuer',
      expected: 'a known service provider',
      received: issuer,
    })
  }
  return {
    keys: listOption('signingCertificates', sp.signingCertificates),
    isSigner: sp.authnRequestsSigned,
  }
}

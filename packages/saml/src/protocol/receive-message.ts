import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { type Survey, survey } from '../signature/survey.ts'
import { type Trust, verifyEnveloped } from '../signature/verify-signature.ts'
import { messageLimits } from '../xml/limits.ts'
import type { XmlDocument, XmlElement } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { isNamed } from '../xml/read.ts'
import { invalidOption } from './check-option.ts'
import type { MessageCodes } from './message-codes.ts'
import { issuerOf } from './message-header.ts'
import { decodePost } from './post-binding.ts'
import {
  decodeRedirect,
  type MessageName,
  type RedirectSignature,
  verifyRedirect,
} from './redirect-binding.ts'
import { checkReceivedRelayState } from './relay-state.ts'
import { messageInSoap } from './soap-binding.ts'

/** A message as it arrived, by whichever binding. */
export type Arrived =
  | { readonly binding: 'redirect'; readonly query: string }
  | {
      readonly binding: 'post'
      readonly field: string
      readonly relayState?: string | undefined
    }
  | { readonly binding: 'soap'; readonly envelope: string | Uint8Array }

/** Which message is expected, and the codes that refuse it. */
export interface MessageKind {
  readonly name: MessageName
  readonly local: string
  readonly codes: MessageCodes
}

/** A message that was parsed, its signature found and not verified yet. */
export interface ReceivedMessage {
  /** As it was received: good for finding out whose keys to try, and for nothing else. */
  readonly root: XmlElement
  readonly relayState: string | undefined
  readonly signature: MessageSignature | undefined
}

type MessageSignature =
  | { readonly in: 'query'; readonly value: RedirectSignature }
  | { readonly in: 'xml'; readonly element: XmlElement; readonly document: Survey }

/**
 * Parses a message and finds its signature: in the query of a redirect, in the message element of a
 * post and in the message element within a SOAP envelope. A `ds:Signature` anywhere else in the
 * document refuses (R4), as does any in a redirect (saml-bindings 3.4.4.1).
 */
export function receiveMessage(arrived: Arrived, kind: MessageKind): ReceivedMessage {
  const { codes } = kind
  if (arrived.binding === 'redirect') {
    const { xml, relayState, signature } = decodeRedirect(arrived.query, kind.name)
    if (relayState !== undefined) checkReceivedRelayState(relayState)
    const document = parseXml(xml)
    const root = ofKind(document.root, kind)
    if (survey(document).signatures.length > 0) {
      refuseSignature(codes, 'a signature in the query', 'one in the XML')
    }
    const query = signature === undefined ? undefined : ({ in: 'query', value: signature } as const)
    return { root, relayState, signature: query }
  }
  const { document, message, relayState } = parsed(arrived, kind)
  const root = ofKind(message, kind)
  const found = survey(document)
  const [element, ...others] = found.signatures
  if (element === undefined) return { root, relayState, signature: undefined }
  if (element.parent !== root || others.length > 0) {
    refuseSignature(codes, `one in the ${kind.local} itself`, 'another or one elsewhere')
  }
  return { root, relayState, signature: { in: 'xml', element, document: found } }
}

/**
 * The element whose facts may be used, once the signature of the message holds: what was parsed
 * from the octets that the query's signature covers, or anew from the octets that were digested.
 */
export function verifiedRoot(
  { root, signature }: ReceivedMessage,
  trust: Trust,
  kind: MessageKind,
): XmlElement {
  const { codes } = kind
  const { keys, allowed } = trust
  if (signature === undefined) return refuseSignature(codes, 'a signed message', 'an unsigned one')
  if (keys.length === 0) refuseSignature(codes, 'keys of the issuer', 'none')
  if (signature.in === 'query') {
    verifyRedirect(signature.value, keys, allowed)
    return root
  }
  const { element, document } = signature
  const verified = ofKind(verifyEnveloped(element, document, trust, messageLimits).root, kind)
  // The keys were chosen by the issuer that was received: it must be the one that is signed.
  const [signed, received] = [issuerOf(verified, codes), issuerOf(root, codes)]
  if (signed === received) return verified
  throw new SamlError(codes.issuer, { check: 'Issuer', expected: signed, received })
}

interface Parsed {
  readonly document: XmlDocument
  readonly message: XmlElement
  readonly relayState: string | undefined
}

function parsed(arrived: Exclude<Arrived, { binding: 'redirect' }>, kind: MessageKind): Parsed {
  if (arrived.binding === 'post') {
    const { field, relayState } = arrived
    if (relayState !== undefined) checkReceivedRelayState(relayState)
    const document = parseXml(decodePost(field, kind.name))
    return { document, message: document.root, relayState }
  }
  if (arrived.binding === 'soap') {
    const document = parseXml(arrived.envelope)
    return { document, message: messageInSoap(document.root), relayState: undefined }
  }
  const { binding } = arrived as { binding: unknown }
  return invalidOption('binding', 'redirect, post or soap', String(binding))
}

function ofKind(root: XmlElement, { local, codes }: MessageKind): XmlElement {
  if (isNamed(root, namespaces.samlp, local)) return root
  throw new SamlError(codes.malformed, {
    check: 'message',
    expected: `samlp:${local}`,
    received: root.local,
  })
}

function refuseSignature(codes: MessageCodes, expected: string, received: string): never {
  throw new SamlError(codes.signature, { check: 'signature', expected, received })
}

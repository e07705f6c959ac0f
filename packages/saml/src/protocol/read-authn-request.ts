import { defined } from '../defined.ts'
import { SamlError, type SamlErrorCode } from '../errors.ts'
import { namespaces } from '../names.ts'
import type { KeyInput } from '../signature/algorithms.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { children, isNamed } from '../xml/read.ts'
import {
  booleanOption,
  dateOption,
  invalidOption,
  listOption,
  objectOption,
  skewOption,
} from './check-option.ts'
import { decodePost } from './post-binding.ts'
import { decodeRedirect, type RedirectSignature, verifyRedirect } from './redirect-binding.ts'
import { checkReceivedRelayState } from './relay-state.ts'
import { issuerOf, type RequestFacts, readRequestFacts } from './request-facts.ts'

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
   * The pinned keys of the service provider, or a function that finds them by the issuer's entity
   * ID and answers undefined for an unknown issuer, which refuses the request. The issuer is not
   * verified yet when the function is called.
   */
  readonly keys?: readonly KeyInput[] | ((issuer: string) => readonly KeyInput[] | undefined)
  /** Refuse an unsigned request. A signature that is present must verify in any case. */
  readonly requireSignature?: boolean
  /** The URL at which the request arrived, without the query that the binding added. */
  readonly destination?: string
  /** Judges IssueInstant: at most 5 minutes and the skew old. Without it the time is not judged. */
  readonly now?: Date
  /** Default 60, at most 300. */
  readonly clockSkewSeconds?: number
}

/** The facts of an AuthnRequest. Where `signed` is true all but `relayState` of POST are verified. */
export interface AuthnRequest extends RequestFacts {
  readonly relayState?: string
  readonly signed: boolean
}

const maxAgeSeconds = 300

/**
 * Reads and checks an AuthnRequest (saml-core 3.4.1) of the Redirect or POST binding. Redirect
 * signatures are verified over the raw query octets, so the sender's percent encoding does not
 * matter; an XML signature there is refused (saml-bindings 3.4.4.1). Of a signed POST request only
 * the verified element is read. Where to answer is a question of its own: see `chooseAcs`.
 */
export function readAuthnRequest(
  input: AuthnRequestInput,
  options: ReadAuthnRequestOptions = {},
): AuthnRequest {
  objectOption('options', options)
  const message = messageOf(objectOption('input', input))
  const { relayState } = message
  if (relayState !== undefined) checkReceivedRelayState(relayState)
  const received = requestRoot(message.xml)
  const root = verifiedRoot(received, message, options)
  const signed = message.signature !== undefined || root !== received
  const request = defined({ ...readRequestFacts(root), signed, relayState })
  checkDestination(request, options.destination)
  checkTime(request, options)
  return request
}

interface Message {
  readonly xml: Buffer
  readonly relayState: string | undefined
  readonly binding: 'redirect' | 'post'
  readonly signature?: RedirectSignature | undefined
}

function messageOf(input: AuthnRequestInput): Message {
  const { binding } = input
  if (binding === 'redirect') {
    return { ...decodeRedirect(input.query, 'SAMLRequest'), binding }
  }
  if (binding !== 'post') return invalidOption('binding', 'redirect or post', String(binding))
  const { samlRequest, relayState } = input
  return { xml: decodePost(samlRequest, 'SAMLRequest'), relayState, binding }
}

function requestRoot(xml: Uint8Array | string): XmlElement {
  const { root } = parseXml(xml)
  if (root.namespace === namespaces.samlp && root.local === 'AuthnRequest') return root
  return refuse('request.malformed', 'root element', 'samlp:AuthnRequest', root.local)
}

/** The element whose facts may be used: the received root, or what the signature in it covers. */
function verifiedRoot(
  root: XmlElement,
  message: Message,
  options: ReadAuthnRequestOptions,
): XmlElement {
  const hasXmlSignature = holdsSignature(root)
  if (message.binding === 'redirect' && hasXmlSignature) {
    refuse('request.signature', 'ds:Signature', 'a signature in the query', 'one in the XML')
  }
  const isSigned = hasXmlSignature || message.signature !== undefined
  const keys = keysFor(root, options)
  if (!isSigned) {
    if (!booleanOption('requireSignature', options.requireSignature)) return root
    return refuse('request.signature', 'signature', 'a signed request', 'an unsigned one')
  }
  if (keys.length === 0) refuse('request.signature', 'keys', 'keys of the issuer', 'none')
  if (message.signature !== undefined) verifyRedirect(message.signature, keys)
  if (!hasXmlSignature) return root
  const verified = requestRoot(verifySignature(message.xml, keys))
  // The keys were chosen by the issuer that was received: it must be the one that is signed.
  if (issuerOf(verified) === issuerOf(root)) return verified
  return refuse('request.issuer', 'Issuer', issuerOf(verified), issuerOf(root))
}

/** Whether there is an XML signature; one that belongs to anything but the request is refused. */
function holdsSignature(root: XmlElement): boolean {
  const own = children(root, namespaces.ds, 'Signature').length
  const pending: XmlElement[] = [root]
  let total = 0
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isNamed(next, namespaces.ds, 'Signature')) total += 1
    for (const each of next.children) if (each.kind === 'element') pending.push(each)
  }
  if (total > own) {
    refuse('request.signature', 'ds:Signature', 'one in the request itself', 'one elsewhere')
  }
  return own > 0
}

function keysFor(root: XmlElement, { keys = [] }: ReadAuthnRequestOptions): readonly KeyInput[] {
  if (typeof keys !== 'function') return listOption('keys', keys)
  const issuer = issuerOf(root)
  const found = keys(issuer)
  if (found !== undefined) return listOption('keys', found)
  return refuse('request.issuer', 'Issuer', 'a known service provider', issuer)
}

function checkDestination(request: AuthnRequest, expected: string | undefined): void {
  const { destination, signed } = request
  if (destination === undefined) {
    // saml-bindings 3.4.5.2 and 3.5.5.2: else a signed message could be sent on to another IdP.
    if (signed) refuse('request.destination', 'Destination', 'one in a signed request', 'none')
    return
  }
  if (expected !== undefined && destination !== expected) {
    refuse('request.destination', 'Destination', expected, destination)
  }
}

function checkTime(request: AuthnRequest, options: ReadAuthnRequestOptions): void {
  const skew = skewOption(options.clockSkewSeconds)
  if (options.now === undefined) return
  const age = (dateOption('now', options.now).getTime() - request.issueInstant.getTime()) / 1000
  if (age >= -skew && age <= maxAgeSeconds + skew) return
  refuse('request.time', 'IssueInstant', `within ${maxAgeSeconds} s of now`, `${age} s before it`)
}

function refuse(code: SamlErrorCode, check: string, expected: string, received: string): never {
  throw new SamlError(code, { check, expected, received })
}

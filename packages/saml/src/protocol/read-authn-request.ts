import { SamlError } from '../errors.ts'
import { nameIdFormats, namespaces } from '../names.ts'
import type { KeyInput } from '../signature/algorithms.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { attribute, child, children, isNamed, textOf } from '../xml/read.ts'
import { isId } from './id.ts'
import { decodePost } from './post-binding.ts'
import { readTime } from './read-time.ts'
import { decodeRedirect, type RedirectSignature, verifyRedirect } from './redirect-binding.ts'
import { checkReceivedRelayState } from './relay-state.ts'

/** An AuthnRequest as it arrived: the raw query after `?`, or the fields of the posted form. */
export type AuthnRequestInput =
  | { readonly binding: 'redirect'; readonly query: string }
  | { readonly binding: 'post'; readonly samlRequest: string; readonly relayState?: string }

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
export interface AuthnRequest {
  readonly id: string
  readonly issuer: string
  readonly acsUrl?: string
  readonly acsIndex?: number
  readonly destination?: string
  readonly issueInstant: Date
  readonly protocolBinding?: string
  readonly forceAuthn: boolean
  readonly isPassive: boolean
  readonly nameIdFormat?: string
  readonly authnContextClassRefs: readonly string[]
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
  const message = input.binding === 'redirect' ? fromRedirect(input.query) : fromPost(input)
  const { relayState } = message
  if (relayState !== undefined) checkReceivedRelayState(relayState)
  const received = requestRoot(message.xml)
  const root = verifiedRoot(received, message, options)
  const signed = message.signature !== undefined || root !== received
  const request = { ...factsOf(root), signed, ...(relayState === undefined ? {} : { relayState }) }
  checkDestination(request, options.destination)
  checkTime(request, options)
  return Object.freeze(request)
}

interface Message {
  readonly xml: Buffer
  readonly relayState: string | undefined
  readonly binding: 'redirect' | 'post'
  readonly signature?: RedirectSignature | undefined
}

function fromRedirect(query: string): Message {
  return { ...decodeRedirect(query, 'SAMLRequest'), binding: 'redirect' }
}

function fromPost(input: { samlRequest: string; relayState?: string }): Message {
  return {
    xml: decodePost(input.samlRequest, 'SAMLRequest'),
    relayState: input.relayState,
    binding: 'post',
  }
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
    if (options.requireSignature !== true) return root
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
  if (typeof keys !== 'function') return keys
  const issuer = issuerOf(root)
  return keys(issuer) ?? refuse('request.issuer', 'Issuer', 'a known service provider', issuer)
}

function factsOf(root: XmlElement): Omit<AuthnRequest, 'relayState' | 'signed'> {
  const version = attribute(root, 'Version')
  if (version !== '2.0') refuse('request.version', 'Version', '2.0', version ?? 'none')
  const id = attribute(root, 'ID') ?? ''
  if (!isId(id)) refuse('request.malformed', 'ID', 'an ASCII NCName', id === '' ? 'none' : id)
  const acsUrl = attribute(root, 'AssertionConsumerServiceURL')
  const acsIndex = indexOf(attribute(root, 'AssertionConsumerServiceIndex'))
  const protocolBinding = attribute(root, 'ProtocolBinding')
  if (acsIndex !== undefined && (acsUrl !== undefined || protocolBinding !== undefined)) {
    refuse('request.malformed', 'AssertionConsumerServiceIndex', 'it alone', 'a URL or binding too')
  }
  const policy = child(root, namespaces.samlp, 'NameIDPolicy')
  return withoutUndefined({
    id,
    issuer: issuerOf(root),
    acsUrl,
    acsIndex,
    destination: attribute(root, 'Destination'),
    issueInstant: readTime(attribute(root, 'IssueInstant') ?? '', 'IssueInstant'),
    protocolBinding,
    forceAuthn: booleanOf(root, 'ForceAuthn'),
    isPassive: booleanOf(root, 'IsPassive'),
    nameIdFormat: policy === undefined ? undefined : attribute(policy, 'Format'),
    authnContextClassRefs: contextsOf(root),
  })
}

function issuerOf(root: XmlElement): string {
  const element = child(root, namespaces.saml, 'Issuer')
  if (element === undefined) return refuse('request.issuer', 'Issuer', 'one', 'none')
  const format = attribute(element, 'Format')
  if (format !== undefined && format !== nameIdFormats.entity) {
    refuse('request.issuer', 'Issuer Format', nameIdFormats.entity, format)
  }
  const issuer = textOf(element)
  if (issuer.length > 0 && issuer.length <= 1024) return issuer
  return refuse('request.issuer', 'Issuer', '1 to 1024 characters', `${issuer.length}`)
}

function contextsOf(root: XmlElement): readonly string[] {
  const requested = child(root, namespaces.samlp, 'RequestedAuthnContext')
  if (requested === undefined) return []
  return children(requested, namespaces.saml, 'AuthnContextClassRef').map(textOf)
}

function indexOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const index = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (index <= 65_535) return index
  return refuse('request.malformed', 'AssertionConsumerServiceIndex', '0 to 65535', value)
}

function booleanOf(root: XmlElement, name: string): boolean {
  const value = attribute(root, name) ?? 'false'
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  return refuse('request.malformed', name, 'true or false', value)
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
  const { now, clockSkewSeconds: skew = 60 } = options
  if (!(skew >= 0 && skew <= 300)) {
    refuse('option.invalid', 'clockSkewSeconds', '0 to 300', String(skew))
  }
  if (now === undefined) return
  const age = (now.getTime() - request.issueInstant.getTime()) / 1000
  if (age >= -skew && age <= maxAgeSeconds + skew) return
  refuse('request.time', 'IssueInstant', `within ${maxAgeSeconds} s of now`, `${age} s before it`)
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as Defined<T>
}

function refuse(
  code: ConstructorParameters<typeof SamlError>[0],
  check: string,
  expected: string,
  received: string,
): never {
  throw new SamlError(code, { check, expected, received })
}

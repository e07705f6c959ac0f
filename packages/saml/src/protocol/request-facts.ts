import { defined } from '../defined.ts'
import { SamlError, type SamlErrorCode } from '../errors.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, elementsOf, isNamed } from '../xml/read.ts'
import { sequence, slot } from '../xml/sequence.ts'
import { isId } from './id.ts'
import { authnRequestCodes } from './message-codes.ts'
import { issuerOf, type MessageHeader, readMessageHeader } from './message-header.ts'
import type { NameId } from './name-id.ts'
import { readNameId } from './name-id-element.ts'
import {
  type NameIdPolicy,
  type RequestedAuthnContext,
  readNameIdPolicy,
  readRequestedAuthnContext,
  readScoping,
  type Scoping,
} from './request-demands.ts'

/** Who asked, and where an answer is wanted: see `chooseAcs`. */
export interface RequestAddress {
  readonly id: string
  readonly issuer: string
  readonly acsUrl?: string
  readonly acsIndex?: number
  readonly protocolBinding?: string
  /** To which endpoint the request was sent. */
  readonly destination?: string
}

/** What stands in an AuthnRequest (saml-core 3.4.1). */
export interface RequestFacts extends RequestAddress {
  readonly issueInstant: Date
  readonly forceAuthn: boolean
  readonly isPassive: boolean
  /** What the name identifier must be: see `chooseNameIdFormat`. */
  readonly nameIdPolicy?: NameIdPolicy
  /** How the person must be authenticated: see `meetsAuthnContext`. */
  readonly requestedAuthnContext?: RequestedAuthnContext
  /** The person who alone may be signed in (saml-core 3.4.1.4), or a hint by some SPs. */
  readonly subject?: NameId
  /** For an identity provider that asks others in turn; any other may pass it over. */
  readonly scoping?: Scoping
  /** Which attributes are wanted, by the index in the metadata of the SP. */
  readonly attributeConsumingServiceIndex?: number
  /** A name to be shown; whoever may send the request chose it. */
  readonly providerName?: string
}

const content = [
  slot('saml:Issuer'),
  slot('samlp:Extensions?'),
  slot('saml:Subject?'),
  slot('samlp:NameIDPolicy?'),
  slot('saml:Conditions?'),
  slot('samlp:RequestedAuthnContext?'),
  slot('samlp:Scoping?'),
] as const
const further = [
  'ForceAuthn',
  'IsPassive',
  'ProtocolBinding',
  'AssertionConsumerServiceIndex',
  'AssertionConsumerServiceURL',
  'AttributeConsumingServiceIndex',
  'ProviderName',
]

/** Reads only what it takes to answer an AuthnRequest that is refused further on. */
export function readRequestAddress(root: XmlElement): RequestAddress {
  const id = attribute(root, 'ID') ?? ''
  if (!isId(id)) refuse('request.malformed', 'ID', 'an ASCII NCName', id === '' ? 'none' : id)
  const acsUrl = attribute(root, 'AssertionConsumerServiceURL')
  const acsIndex = indexOf(root, 'AssertionConsumerServiceIndex')
  const protocolBinding = attribute(root, 'ProtocolBinding')
  if (acsIndex !== undefined && (acsUrl !== undefined || protocolBinding !== undefined)) {
    refuse('request.malformed', 'AssertionConsumerServiceIndex', 'it alone', 'a URL or binding too')
  }
  return defined({
    id,
    issuer: issuerOf(root, authnRequestCodes),
    acsUrl,
    acsIndex,
    protocolBinding,
    destination: attribute(root, 'Destination'),
  })
}

/** Reads the facts from an AuthnRequest element, which the caller has verified where it is signed. */
export function readRequestFacts(root: XmlElement): RequestFacts & MessageHeader {
  const header = readMessageHeader(root, further, authnRequestCodes)
  const [, , [subject], [policy], , [requested], [scoping]] = sequence(
    root,
    content,
    'request.malformed',
  )
  return {
    ...readRequestAddress(root),
    ...header,
    ...defined({
      forceAuthn: booleanOf(root, 'ForceAuthn') ?? false,
      isPassive: booleanOf(root, 'IsPassive') ?? false,
      nameIdPolicy: policy && readNameIdPolicy(policy, booleanOf(policy, 'AllowCreate') ?? false),
      requestedAuthnContext: requested && readRequestedAuthnContext(requested),
      subject: subject && subjectOf(subject),
      scoping: scoping && readScoping(scoping),
      attributeConsumingServiceIndex: indexOf(root, 'AttributeConsumingServiceIndex'),
      providerName: attribute(root, 'ProviderName'),
    }),
  }
}

/** A demand that we cannot read is refused: whoever answers would believe there was none. */
function subjectOf(subject: XmlElement): NameId {
  const [name, ...others] = elementsOf(subject)
  if (name === undefined) return refuse('request.malformed', 'Subject', 'a NameID', 'none')
  // saml-profiles 4.1.4.1: no SubjectConfirmation in the request of a browser.
  const foreign = [name, ...others].find(each => !isNamed(each, namespaces.saml, 'NameID'))
  if (foreign !== undefined) {
    return refuse('request.unsupported', 'Subject', 'a NameID alone', foreign.local)
  }
  if (others.length > 0) return refuse('request.malformed', 'Subject', 'one NameID', 'several')
  return readNameId(name, 'request.malformed')
}

function indexOf(root: XmlElement, name: string): number | undefined {
  const value = attribute(root, name)
  if (value === undefined) return undefined
  const index = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (index <= 65_535) return index
  return refuse('request.malformed', name, '0 to 65535', value)
}

function booleanOf(element: XmlElement, name: string): boolean | undefined {
  const value = attribute(element, name)
  if (value === undefined) return undefined
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  return refuse('request.malformed', name, 'true or false', value)
}

function refuse(code: SamlErrorCode, check: string, expected: string, received: string): never {
  throw new SamlError(code, { check, expected, received })
}

import { defined } from '../defined.ts'
import { SamlError, type SamlErrorCode } from '../errors.ts'
import { nameIdFormats, namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, child, elementsOf, isNamed, textOf } from '../xml/read.ts'
import { isId } from './id.ts'
import { readTime } from './read-time.ts'

/** What stands in an AuthnRequest (saml-core 3.4.1). */
export interface RequestFacts {
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
  /** The accepted authentication context classes, compared by `exact`; empty when any will do. */
  readonly authnContextClassRefs: readonly string[]
  /** The name of the person who alone may be signed in (saml-core 3.4.1.4), or a hint by some SPs. */
  readonly subjectNameId?: string
}

/** Reads the facts from an AuthnRequest element, which the caller has verified where it is signed. */
export function readRequestFacts(root: XmlElement): RequestFacts {
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
  return defined({
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
    subjectNameId: subjectOf(root),
  })
}

/** The entity ID in the Issuer of a request. */
export function issuerOf(root: XmlElement): string {
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

/** A demand that we cannot express is refused: whoever answers would believe there was none. */
function contextsOf(root: XmlElement): readonly string[] {
  const requested = child(root, namespaces.samlp, 'RequestedAuthnContext')
  if (requested === undefined) return []
  const comparison = attribute(requested, 'Comparison') ?? 'exact'
  if (comparison !== 'exact') refuse('request.unsupported', 'Comparison', 'exact', comparison)
  const references = elementsOf(requested)
  for (const { local } of references.filter(each => !isSaml(each, 'AuthnContextClassRef'))) {
    refuse('request.unsupported', 'RequestedAuthnContext', 'AuthnContextClassRef', local)
  }
  if (references.length === 0) {
    refuse('request.malformed', 'RequestedAuthnContext', 'an AuthnContextClassRef', 'none')
  }
  return references.map(textOf)
}

function isSaml(element: XmlElement, local: string): boolean {
  return isNamed(element, namespaces.saml, local)
}

function subjectOf(root: XmlElement): string | undefined {
  const subject = child(root, namespaces.saml, 'Subject')
  if (subject === undefined) return undefined
  for (const each of elementsOf(subject)) {
    if (isSaml(each, 'NameID') || isSaml(each, 'SubjectConfirmation')) continue
    refuse('request.unsupported', 'Subject', 'a NameID', each.local)
  }
  const nameId = child(subject, namespaces.saml, 'NameID')
  return nameId === undefined ? undefined : textOf(nameId)
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

function refuse(code: SamlErrorCode, check: string, expected: string, received: string): never {
  throw new SamlError(code, { check, expected, received })
}

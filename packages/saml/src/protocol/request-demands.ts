import { defined } from '../defined.ts'
import { SamlError } from '../errors.ts'
import { nameIdFormats } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, textOf } from '../xml/read.ts'
import { sequence, slot } from '../xml/sequence.ts'

/** What an SP wants the name identifier to be (saml-core 3.4.1.1). */
export interface NameIdPolicy {
  /** Absent where it does not matter, as is `unspecified`. */
  readonly format?: string
  /** In whose namespace; absent: in that of the SP. */
  readonly spNameQualifier?: string
  /** Whether an identifier may be made for a person who has none yet. */
  readonly allowCreate: boolean
}

/** How contexts are compared with those asked for (saml-core 3.3.2.2.1). */
export type AuthnContextComparison = 'exact' | 'minimum' | 'maximum' | 'better'

/** Which authentication contexts an SP accepts: see `meetsAuthnContext`. */
export interface RequestedAuthnContext {
  readonly comparison: AuthnContextComparison
  /** The most wanted first; empty when the SP asks by declarations, which nobody here can meet. */
  readonly classRefs: readonly string[]
  readonly declRefs: readonly string[]
}

/** Whom an SP lets an identity provider ask in turn (saml-core 3.4.1.2). */
export interface Scoping {
  /** How often the request may be passed on; 0: not at all. */
  readonly proxyCount?: number
  /** Entity IDs of the identity providers that the SP knows. */
  readonly idpList: readonly string[]
  /** Entity IDs of those on whose behalf the SP asks. */
  readonly requesterIds: readonly string[]
}

const comparisons: readonly string[] = ['exact', 'minimum', 'maximum', 'better']
const contextContent = [
  slot('saml:AuthnContextClassRef*'),
  slot('saml:AuthnContextDeclRef*'),
] as const
const scopingContent = [slot('samlp:IDPList?'), slot('samlp:RequesterID*')] as const
const listContent = [slot('samlp:IDPEntry*'), slot('samlp:GetComplete?')] as const

/** Reads a NameIDPolicy; `unspecified` asks for nothing. */
export function readNameIdPolicy(policy: XmlElement, allowCreate: boolean): NameIdPolicy {
  sequence(policy, [], 'request.malformed')
  const format = attribute(policy, 'Format')
  return defined({
    format: format === nameIdFormats.unspecified ? undefined : format,
    spNameQualifier: attribute(policy, 'SPNameQualifier'),
    allowCreate,
  })
}

/** Reads a RequestedAuthnContext: classes or declarations, at least one and not both. */
export function readRequestedAuthnContext(requested: XmlElement): RequestedAuthnContext {
  const comparison = attribute(requested, 'Comparison') ?? 'exact'
  if (!isComparison(comparison)) refuse('Comparison', comparisons.join(', '), comparison)
  const [classes, declarations] = sequence(requested, contextContent, 'request.malformed')
  if (classes.length > 0 === declarations.length > 0) {
    refuse('RequestedAuthnContext', 'classes or declarations', classes.length > 0 ? 'both' : 'none')
  }
  return Object.freeze({
    comparison,
    classRefs: Object.freeze(classes.map(textOf)),
    declRefs: Object.freeze(declarations.map(textOf)),
  })
}

/** Reads a Scoping; what GetComplete points to is not fetched. */
export function readScoping(scoping: XmlElement): Scoping {
  const [[list], requesters] = sequence(scoping, scopingContent, 'request.malformed')
  const [entries] = list === undefined ? [[]] : sequence(list, listContent, 'request.malformed')
  const count = attribute(scoping, 'ProxyCount')
  if (count !== undefined && !/^[0-9]{1,9}$/.test(count)) {
    refuse('ProxyCount', 'a whole number, 0 or more', count)
  }
  return defined({
    proxyCount: count === undefined ? undefined : Number(count),
    idpList: Object.freeze(entries.map(entityOf)),
    requesterIds: Object.freeze(requesters.map(textOf)),
  })
}

function entityOf(entry: XmlElement): string {
  return attribute(entry, 'ProviderID') ?? refuse('ProviderID of IDPEntry', 'an entity ID', 'none')
}

function isComparison(value: string): value is AuthnContextComparison {
  return comparisons.includes(value)
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('request.malformed', { check, expected, received })
}

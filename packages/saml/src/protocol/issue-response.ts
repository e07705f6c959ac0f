import { SamlError } from '../errors.ts'
import {
  attributeNameFormats,
  authnContexts,
  bearerMethod,
  nameIdFormats,
  statusCodes,
} from '../names.ts'
import type { SignatureAlgorithm } from '../signature/algorithms.ts'
import { signOutput } from '../signature/sign-output.ts'
import { el, writeXml, type XmlOutput } from '../xml/write.ts'
import { isId, newId } from './id.ts'
import { addSeconds, writeTime } from './write-time.ts'

/** Who the assertion is about (saml-core 2.2.3). `format` defaults to `unspecified`. */
export interface Subject {
  readonly nameId: string
  readonly format?: string
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
}

/** An answer without an assertion (saml-core 3.2.2): why there is none. */
export interface ErrorStatus {
  /** Top-level code, e.g. `statusCodes.responder`. */
  readonly code: string
  /** Second-level code, e.g. `statusCodes.authnFailed`. */
  readonly subCode?: string
  readonly message?: string
}

/** Attribute values by name. An iterable may name an attribute once only. */
export type AttributeValues =
  | Iterable<readonly [name: string, values: string | readonly string[]]>
  | Readonly<Record<string, string | readonly string[]>>

interface ResponseBase {
  readonly idp: { readonly entityId: string }
  readonly sp: { readonly entityId: string; readonly acsUrl: string }
  readonly now: Date
  /** ID of the request that is answered; null or absent for an unsolicited response. */
  readonly inResponseTo?: string | null
  readonly responseId?: string
}

/** The facts of a successful response. */
export interface AssertionOptions extends ResponseBase {
  readonly subject: Subject
  readonly attributes: AttributeValues
  readonly status?: undefined
  /** How long the assertion may be redeemed, in whole seconds: 1 to 3600, default 300. */
  readonly lifetimeSeconds?: number
  /** How far NotBefore lies before `now`, for a receiver whose clock is behind: 0 to 300, default 60. */
  readonly backdateSeconds?: number
  /** When the person was authenticated; default `now`. */
  readonly authnInstant?: Date
  readonly sessionIndex?: string
  readonly sessionNotOnOrAfter?: Date
  readonly authnContextClassRef?: string
  readonly assertionId?: string
  /** NameFormat of all attributes; default: `uri` for names that are URIs, else `basic`. */
  readonly attributeNameFormat?: string
  /** Types every attribute value `xs:string`. */
  readonly typedAttributeValues?: boolean
}

/** The facts of a response that carries a status and no assertion. */
export interface StatusOptions extends ResponseBase {
  readonly status: ErrorStatus
}

/** How a response is signed. */
export interface ResponseSigning {
  readonly key: string | import('node:crypto').KeyObject
  readonly certificate?: string
  readonly algorithm?: SignatureAlgorithm
  readonly sign: 'assertion' | 'response' | 'both'
}

/**
 * A signed Response for the web browser profile (saml-profiles 4.1.4.2) as XML text: one assertion
 * with one bearer confirmation, an audience, one authentication statement and the attributes in
 * their order; or, with `status`, an answer without assertion. The text is written in canonical
 * form by the one escaping writer and signed as it was written. AWS wants the attributes of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
 */
export function issueResponse(
  options: AssertionOptions | StatusOptions,
  signing: ResponseSigning,
): string {
  const { sign, ...key } = signing
  const response = responseElement(options, assertion =>
    sign === 'response' ? assertion : signOutput(assertion, key),
  )
  // An answer without assertion has only the Response to sign.
  const signsResponse = sign !== 'assertion' || options.status !== undefined
  return writeXml(signsResponse ? signOutput(response, key) : response)
}

function responseElement(
  options: AssertionOptions | StatusOptions,
  seal: (assertion: XmlOutput) => XmlOutput,
): XmlOutput {
  const { idp, sp, inResponseTo } = options
  return el(
    'samlp:Response',
    {
      ID: identifier('responseId', options.responseId),
      Version: '2.0',
      IssueInstant: writeTime(options.now),
      Destination: required('sp.acsUrl', sp.acsUrl),
      InResponseTo: requestId(inResponseTo),
    },
    el('saml:Issuer', {}, required('idp.entityId', idp.entityId)),
    statusElement(options.status ?? { code: statusCodes.success }),
    options.status === undefined ? seal(assertionElement(options)) : undefined,
  )
}

function statusElement(status: ErrorStatus): XmlOutput {
  const { code, subCode, message } = status
  return el(
    'samlp:Status',
    {},
    el(
      'samlp:StatusCode',
      { Value: required('status.code', code) },
      subCode === undefined ? undefined : el('samlp:StatusCode', { Value: subCode }),
    ),
    message === undefined ? undefined : el('samlp:StatusMessage', {}, message),
  )
}

function assertionElement(options: AssertionOptions): XmlOutput {
  const { now, sp, typedAttributeValues = false } = options
  const lifetime = seconds('lifetimeSeconds', options.lifetimeSeconds ?? 300, 1, 3600)
  const backdate = seconds('backdateSeconds', options.backdateSeconds ?? 60, 0, 300)
  const notOnOrAfter = writeTime(addSeconds(now, lifetime))
  return el(
    'saml:Assertion',
    {
      // xsi:type holds a prefixed name in a value, which keeps `xs` only through a PrefixList.
      'xmlns:xs': typedAttributeValues ? '' : undefined,
      ID: identifier('assertionId', options.assertionId),
      Version: '2.0',
      IssueInstant: writeTime(now),
    },
    el('saml:Issuer', {}, options.idp.entityId),
    subjectElement(options, notOnOrAfter),
    el(
      'saml:Conditions',
      { NotBefore: writeTime(addSeconds(now, -backdate)), NotOnOrAfter: notOnOrAfter },
      el(
        'saml:AudienceRestriction',
        {},
        el('saml:Audience', {}, required('sp.entityId', sp.entityId)),
      ),
    ),
    authnStatement(options),
    attributeStatement(options, typedAttributeValues),
  )
}

function subjectElement(options: AssertionOptions, notOnOrAfter: string): XmlOutput {
  const { subject, sp, inResponseTo } = options
  return el(
    'saml:Subject',
    {},
    el(
      'saml:NameID',
      {
        Format: subject.format ?? nameIdFormats.unspecified,
        NameQualifier: subject.nameQualifier,
        SPNameQualifier: subject.spNameQualifier,
      },
      required('subject.nameId', subject.nameId),
    ),
    el(
      'saml:SubjectConfirmation',
      { Method: bearerMethod },
      el('saml:SubjectConfirmationData', {
        InResponseTo: requestId(inResponseTo),
        NotOnOrAfter: notOnOrAfter,
        Recipient: sp.acsUrl,
      }),
    ),
  )
}

function authnStatement(options: AssertionOptions): XmlOutput {
  const { sessionNotOnOrAfter } = options
  return el(
    'saml:AuthnStatement',
    {
      AuthnInstant: writeTime(options.authnInstant ?? options.now),
      SessionIndex: options.sessionIndex,
      SessionNotOnOrAfter:
        sessionNotOnOrAfter === undefined ? undefined : writeTime(sessionNotOnOrAfter),
    },
    el(
      'saml:AuthnContext',
      {},
      el(
        'saml:AuthnContextClassRef',
        {},
        options.authnContextClassRef ?? authnContexts.unspecified,
      ),
    ),
  )
}

function attributeStatement(options: AssertionOptions, typed: boolean): XmlOutput | undefined {
  const type = typed ? { 'xsi:type': 'xs:string' } : {}
  const seen = new Set<string>()
  const elements = entriesOf(options.attributes).map(([name, values]) => {
    required('attribute name', name)
    if (seen.has(name)) invalid('attributes', 'each attribute once', `${name} twice`)
    seen.add(name)
    return el(
      'saml:Attribute',
      { Name: name, NameFormat: options.attributeNameFormat ?? nameFormatOf(name) },
      (typeof values === 'string' ? [values] : values).map(value =>
        el('saml:AttributeValue', type, value),
      ),
    )
  })
  return elements.length === 0 ? undefined : el('saml:AttributeStatement', {}, elements)
}

function entriesOf(
  attributes: AttributeValues,
): readonly (readonly [string, string | readonly string[]])[] {
  return isIterable(attributes) ? [...attributes] : Object.entries(attributes)
}

function isIterable(
  attributes: AttributeValues,
): attributes is Iterable<readonly [string, string | readonly string[]]> {
  return Symbol.iterator in attributes
}

function nameFormatOf(name: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(name)
    ? attributeNameFormats.uri
    : attributeNameFormats.basic
}

function identifier(check: string, id: string | undefined): string {
  if (id === undefined) return newId()
  return isId(id) ? id : invalid(check, 'an ASCII NCName', id)
}

function requestId(id: string | null | undefined): string | undefined {
  return id === null || id === undefined ? undefined : identifier('inResponseTo', id)
}

function required(check: string, value: string): string {
  return value === '' ? invalid(check, 'a value', 'an empty text') : value
}

function seconds(check: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  return invalid(check, `whole seconds from ${min} to ${max}`, String(value))
}

function invalid(check: string, expected: string, received: string): never {
  throw new SamlError('option.invalid', { check, expected, received })
}

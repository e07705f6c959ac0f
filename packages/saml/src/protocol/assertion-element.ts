import { attributeNameFormats, authnContexts, bearerMethod } from '../names.ts'
import { el, type XmlTree } from '../xml/write.ts'
import {
  idOption,
  invalidOption,
  listOption,
  objectOption,
  secondsOption,
  stringOption,
  textOption,
} from './check-option.ts'
import { nameIdElement } from './name-id-element.ts'
import { addSeconds, writeTime } from './write-time.ts'

/** Who the assertion is about (saml-core 2.2.3). `format` defaults to `unspecified`. */
export interface Subject {
  readonly nameId: string
  readonly format?: string
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
}

/** Attribute values by name, in the order in which they are written. A name may occur once. */
export type AttributeValues =
  | Iterable<readonly [name: string, values: string | readonly string[]]>
  | Readonly<Record<string, string | readonly string[]>>

/** What every response says: from whom, to whom, when, and which request it answers. */
export interface ResponseBase {
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

/**
 * An Assertion of the web browser profile (saml-profiles 4.1.4.2), unsigned. `seal` may put
 * something else in the place of the NameID: an EncryptedID.
 */
export function assertionElement(
  options: AssertionOptions,
  seal: (nameId: XmlTree) => XmlTree = nameId => nameId,
): XmlTree {
  const { now, typedAttributeValues = false } = options
  const lifetime = secondsOption('lifetimeSeconds', options.lifetimeSeconds ?? 300, 1, 3600)
  const backdate = secondsOption('backdateSeconds', options.backdateSeconds ?? 60, 0, 300)
  const notOnOrAfter = writeTime(addSeconds(now, lifetime))
  const audience = textOption('sp.entityId', options.sp.entityId)
  return el(
    'saml:Assertion',
    {
      // xsi:type holds a prefixed name in a value, which keeps `xs` only through a PrefixList.
      'xmlns:xs': typedAttributeValues ? '' : undefined,
      ID: idOption('assertionId', options.assertionId),
      Version: '2.0',
      IssueInstant: writeTime(now),
    },
    el('saml:Issuer', {}, textOption('idp.entityId', options.idp.entityId)),
    subjectElement(options, notOnOrAfter, seal),
    el(
      'saml:Conditions',
      { NotBefore: writeTime(addSeconds(now, -backdate)), NotOnOrAfter: notOnOrAfter },
      el('saml:AudienceRestriction', {}, el('saml:Audience', {}, audience)),
    ),
    authnStatement(options),
    attributeStatement(options, typedAttributeValues),
  )
}

function subjectElement(
  options: AssertionOptions,
  notOnOrAfter: string,
  seal: (nameId: XmlTree) => XmlTree,
): XmlTree {
  const { subject, sp, inResponseTo } = options
  return el(
    'saml:Subject',
    {},
    seal(nameIdElement({ ...subject, value: subject.nameId }, 'subject')),
    el(
      'saml:SubjectConfirmation',
      { Method: bearerMethod },
      el('saml:SubjectConfirmationData', {
        InResponseTo: requestId(inResponseTo),
        NotOnOrAfter: notOnOrAfter,
        Recipient: textOption('sp.acsUrl', sp.acsUrl),
      }),
    ),
  )
}

/** The InResponseTo attribute for a request's ID, or undefined for an unsolicited response. */
export function requestId(id: string | null | undefined): string | undefined {
  return id === null || id === undefined ? undefined : idOption('inResponseTo', id)
}

function authnStatement(options: AssertionOptions): XmlTree {
  const { now, authnInstant = now, sessionNotOnOrAfter } = options
  const { authnContextClassRef = authnContexts.unspecified } = options
  return el(
    'saml:AuthnStatement',
    {
      AuthnInstant: writeTime(authnInstant),
      SessionIndex: options.sessionIndex,
      SessionNotOnOrAfter:
        sessionNotOnOrAfter === undefined ? undefined : writeTime(sessionNotOnOrAfter),
    },
    el(
      'saml:AuthnContext',
      {},
      el('saml:AuthnContextClassRef', {}, textOption('authnContextClassRef', authnContextClassRef)),
    ),
  )
}

function attributeStatement(options: AssertionOptions, typed: boolean): XmlTree | undefined {
  const type = typed ? { 'xsi:type': 'xs:string' } : {}
  const seen = new Set<string>()
  const elements = entriesOf(objectOption('attributes', options.attributes)).map(
    ([name, values]) => {
      if (seen.has(name)) invalidOption('attributes', 'each attribute once', `${name} twice`)
      seen.add(name)
      return el(
        'saml:Attribute',
        {
          Name: textOption('attribute name', name),
          NameFormat: options.attributeNameFormat ?? nameFormatOf(name),
        },
        (typeof values === 'string' ? [values] : listOption(`values of ${name}`, values)).map(
          value => el('saml:AttributeValue', type, stringOption(`value of ${name}`, value)),
        ),
      )
    },
  )
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
  const isUri = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(name)
  return isUri ? attributeNameFormats.uri : attributeNameFormats.basic
}

import { type Decryption, decryptElement } from '../../encryption/decrypt-element.ts'
import { SamlError } from '../../errors.ts'
import { nameIdFormats } from '../../names.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, elementsOf, textOf } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'
import { isNameIdValue, nameIdForm } from '../name-id.ts'

/** A name identifier, byte for byte as it was signed (saml-core 2.2.3). */
export interface NameId {
  readonly value: string
  /** `unspecified` when the identity provider named none. */
  readonly format: string
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
}

/** Who the assertion is about, and how its bearer may confirm that. */
export interface Subject {
  readonly nameId: NameId
  readonly confirmations: readonly Confirmation[]
}

/** A SubjectConfirmation with its data as written (saml-core 2.4.1.1). */
export interface Confirmation {
  readonly method: string | undefined
  readonly data: ConfirmationData | undefined
}

/** The attributes of a SubjectConfirmationData; `isPlain` when it has no content. */
export interface ConfirmationData {
  readonly notBefore: string | undefined
  readonly notOnOrAfter: string | undefined
  readonly recipient: string | undefined
  readonly inResponseTo: string | undefined
  readonly isPlain: boolean
}

const content = [
  slot('saml:NameID?'),
  slot('saml:EncryptedID?'),
  slot('saml:SubjectConfirmation*'),
] as const
const confirmationContent = [slot('saml:NameID?'), slot('saml:SubjectConfirmationData?')] as const

/** Reads a Subject with exactly one NameID that is not empty, encrypted or not. */
export function readSubject(subject: XmlElement | undefined, decryption: Decryption): Subject {
  if (subject === undefined) return refuse('Subject', 'one', 'none')
  const [[plain], [encrypted], confirmations] = sequence(subject, content, 'assertion.subject')
  if (plain !== undefined && encrypted !== undefined) refuse('NameID', 'one', 'an EncryptedID too')
  const nameId =
    encrypted === undefined ? plain : decryptElement(encrypted, 'NameID', decryption, true).root
  if (nameId === undefined) return refuse('NameID', 'one', 'none')
  return { nameId: readNameId(nameId), confirmations: confirmations.map(readConfirmation) }
}

function readNameId(element: XmlElement): NameId {
  const value = textOf(element)
  if (!isNameIdValue(value)) refuse('NameID', nameIdForm, `${value.length} characters`)
  const nameQualifier = attribute(element, 'NameQualifier')
  const spNameQualifier = attribute(element, 'SPNameQualifier')
  return Object.freeze({
    value,
    format: attribute(element, 'Format') ?? nameIdFormats.unspecified,
    ...(nameQualifier === undefined ? {} : { nameQualifier }),
    ...(spNameQualifier === undefined ? {} : { spNameQualifier }),
  })
}

function readConfirmation(element: XmlElement): Confirmation {
  const [, [data]] = sequence(element, confirmationContent, 'assertion.confirmation')
  return {
    method: attribute(element, 'Method'),
    data:
      data === undefined
        ? undefined
        : {
            notBefore: attribute(data, 'NotBefore'),
            notOnOrAfter: attribute(data, 'NotOnOrAfter'),
            recipient: attribute(data, 'Recipient'),
            inResponseTo: attribute(data, 'InResponseTo'),
            isPlain: elementsOf(data).length === 0,
          },
  }
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('assertion.subject', { check, expected, received })
}

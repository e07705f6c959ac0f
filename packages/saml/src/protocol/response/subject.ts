import { type Decryption, decryptElement } from '../../encryption/decrypt-element.ts'
import { SamlError } from '../../errors.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, elementsOf } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'
import type { NameId } from '../name-id.ts'
import { readNameId } from '../name-id-element.ts'

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
  return {
    nameId: readNameId(nameId, 'assertion.subject'),
    confirmations: confirmations.map(readConfirmation),
  }
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

import { isWhiteSpace } from '../xml/read.ts'

/** A name identifier, byte for byte as it was signed (saml-core 2.2.3). */
export interface NameId {
  readonly value: string
  /** `unspecified` when the identity provider named none. */
  readonly format: string
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
}

/** What a NameID must be, in the words of an error. */
export const nameIdForm = '1 to 1024 characters, not all white space'

/** Whether a text can name anybody: nothing else is issued or believed. */
export function isNameIdValue(value: string): boolean {
  return value.length <= 1024 && !isWhiteSpace(value)
}

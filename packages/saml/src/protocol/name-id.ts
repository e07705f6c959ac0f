import { isWhiteSpace } from '../xml/read.ts'

/** What a NameID must be, in the words of an error. */
export const nameIdForm = '1 to 1024 characters, not all white space'

/** Whether a text can name anybody: nothing else is issued or believed. */
export function isNameIdValue(value: string): boolean {
  return value.length <= 1024 && !isWhiteSpace(value)
}

import type { OldValue } from '../old-value.ts'

/** The account that an old id means, or why it means none. */
export type AccountId =
  | { readonly id: string; readonly why: string | undefined }
  | { readonly refused: string; readonly todo: string }

const twelve = /^\d{12}$/

/**
 * Twelve digits out of an `id`. YAML read an id without quotes as a number: one that begins with 0 and has
 * no 8 or 9 as octal. What was written is taken then; digits that are not there are not made up.
 */
export function readAccountId(value: OldValue | undefined): AccountId {
  const todo = 'write the twelve digits in quotes under `accounts`'
  if (value === undefined || value.kind === 'nothing') {
    return { refused: 'the account has no id, so that no role in it could be taken', todo }
  }
  if (value.kind === 'text') {
    if (twelve.test(value.text)) return { id: value.text, why: undefined }
    return { refused: `the id is no twelve digits ("${value.text.slice(0, 40)}")`, todo }
  }
  if (value.kind !== 'number') return { refused: 'the id is no number', todo }
  if (twelve.test(String(value.value))) return { id: String(value.value), why: undefined }
  if (twelve.test(value.source)) {
    const why = `YAML read the id without quotes as the octal number ${value.value}, so that no role in the account could be taken; what was written counts now`
    return { id: value.source, why }
  }
  const zeros = `if the account's id begins with 0, YAML or the program that wrote the file lost it`
  return { refused: `the id has not twelve digits (${value.source}); ${zeros}`, todo }
}

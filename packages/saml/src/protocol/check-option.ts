import { SamlError } from '../errors.ts'
import { isId, newId } from './id.ts'

/** Refuses an option of the caller. */
export function invalidOption(check: string, expected: string, received: string): never {
  throw new SamlError('option.invalid', { check, expected, received })
}

/** The given ID when it is an ASCII NCName, a new one when none is given. */
export function idOption(check: string, id: string | undefined): string {
  if (id === undefined) return newId()
  return isId(id) ? id : invalidOption(check, 'an ASCII NCName', id)
}

/** A text that must not be empty. */
export function textOption(check: string, value: string): string {
  return value === '' ? invalidOption(check, 'a value', 'an empty text') : value
}

/** Whole seconds within bounds. */
export function secondsOption(check: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  return invalidOption(check, `whole seconds from ${min} to ${max}`, String(value))
}

/** The text of an xs:boolean, or undefined for none. */
export function flagOption(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

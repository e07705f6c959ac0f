import { SamlError } from '../errors.ts'
import {
  type Allowed,
  noneAllowed,
  type WeakAlgorithm,
  weakAlgorithms,
} from '../signature/algorithms.ts'
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

// Callers without types, and form parsers in front of them, hand in what the types rule out. Where
// a wrong value could make a check pass or end in another error than ours, it is refused here.

/** A text that must not be empty. */
export function textOption(check: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  return invalidOption(
    check,
    'a text that is not empty',
    value === '' ? 'an empty text' : kind(value),
  )
}

/** A text, empty or not. */
export function stringOption(check: string, value: unknown): string {
  return typeof value === 'string' ? value : invalidOption(check, 'a text', kind(value))
}

/** An object with properties. */
export function objectOption<T extends object>(check: string, value: T): T {
  if (typeof value === 'object' && value !== null) return value
  return invalidOption(check, 'an object', kind(value))
}

/** A list. */
export function listOption<T>(check: string, value: readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : invalidOption(check, 'a list', kind(value))
}

/** The weak algorithms that are allowed by name. */
export function allowOption(value: readonly WeakAlgorithm[] | undefined): Allowed {
  if (value === undefined) return noneAllowed
  for (const name of listOption('allow', value)) {
    if (weakAlgorithms.includes(name)) continue
    invalidOption('allow', weakAlgorithms.join(', '), String(name))
  }
  return new Set(value)
}

/** A valid date. */
export function dateOption(check: string, value: Date): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value
  return invalidOption(check, 'a valid Date', kind(value))
}

const maxSkewSeconds = 300

/** How far another clock may be off, in seconds: 0 to 300, default 60. */
export function skewOption(value: number | undefined = 60): number {
  if (typeof value === 'number' && value >= 0 && value <= maxSkewSeconds) return value
  return invalidOption('clockSkewSeconds', `0 to ${maxSkewSeconds}`, String(value))
}

/** Whole seconds within bounds. */
export function secondsOption(check: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  return invalidOption(check, `whole seconds from ${min} to ${max}`, String(value))
}

/** A flag, false when it is not given. */
export function booleanOption(check: string, value: boolean | undefined = false): boolean {
  return typeof value === 'boolean' ? value : invalidOption(check, 'true or false', kind(value))
}

/** The text of an xs:boolean, or undefined for none. */
export function flagOption(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function kind(value: unknown): string {
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`
}

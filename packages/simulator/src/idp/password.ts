import { equalTexts } from '../equal-texts.ts'
import type { Person } from '../world/loaded.ts'

/** Whether it is the person's password; takes as long for somebody who does not exist. */
export function isPassword(given: string, person: Person | undefined): person is Person {
  const isEqual = equalTexts(given, person?.password ?? '')
  return person !== undefined && isEqual
}

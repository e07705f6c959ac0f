import { createHash, timingSafeEqual } from 'node:crypto'
import type { Person } from '../world/loaded.ts'

/** Whether it is the person's password; takes as long for somebody who does not exist. */
export function isPassword(given: string, person: Person | undefined): person is Person {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const isEqual = timingSafeEqual(digest(given), digest(person?.password ?? ''))
  return person !== undefined && isEqual
}

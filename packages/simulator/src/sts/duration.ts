import { validationError } from '../query/fault.ts'
import type { LoadedRole } from '../world/loaded.ts'

/** Seconds that a role session lasts when nothing is asked for, and the most that a chained one may. */
export const oneHour = 3600

/** Checks a role session's length in AWS's order: the role's own limit, then role chaining's. Gives the seconds. */
export function sessionSeconds(
  asked: number | undefined,
  role: LoadedRole,
  chained: boolean,
): number {
  const seconds = asked ?? oneHour
  if (seconds > role.maxSessionDuration) {
    throw validationError(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  if (chained && seconds > oneHour) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  return seconds
}

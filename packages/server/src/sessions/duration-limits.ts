/** What AWS taught us about how long a role's session may last. */

import { chainedRoleMaxSeconds, type DurationLimit } from '@rolecall/aws'
import { timeSpan } from '../grants/index.ts'

/** The longest session that every role allows, and the longest of a chained one. */
export const oneHour = chainedRoleMaxSeconds
/** An administrator may raise a role's maximum; after this long the grant's duration is tried again. */
const rememberMs = 15 * 60 * 1000
const maxRoles = 10_000

/** The sentence for people. */
export function limitNote(reason: DurationLimit, grantedSeconds: number): string {
  const granted = `The grant allows ${timeSpan(grantedSeconds)}, but this session lasts 1 hour: `
  return reason === 'role-chaining'
    ? `${granted}AWS allows no more when the gateway’s own credentials are those of a role (role chaining).`
    : `${granted}the role’s maximum session duration in AWS is shorter than the grant’s.`
}

/** Limits by role ARN, for a while. */
export interface DurationLimits {
  reasonFor(roleArn: string): DurationLimit | undefined
  remember(roleArn: string, reason: DurationLimit): void
  /** Other credentials, or another AWS, may have other limits. */
  clear(): void
}

/** A bounded memory of limits. */
export function createDurationLimits(now: () => Date): DurationLimits {
  const known = new Map<string, { reason: DurationLimit; until: number }>()
  return Object.freeze({
    reasonFor(roleArn: string) {
      const entry = known.get(roleArn)
      if (entry === undefined) return undefined
      if (entry.until > now().getTime()) return entry.reason
      known.delete(roleArn)
      return undefined
    },
    remember(roleArn: string, reason: DurationLimit) {
      if (known.size >= maxRoles) known.clear()
      known.set(roleArn, { reason, until: now().getTime() + rememberMs })
    },
    clear: () => known.clear(),
  })
}

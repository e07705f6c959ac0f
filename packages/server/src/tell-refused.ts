import { ServerError } from './errors.ts'
import type { RoleOffer } from './nouns.ts'
import type { RoleTaker } from './sessions/index.ts'

/** The same step, which tells of each offer whose role AWS refuses: what is known of the role may be out of date. */
export function tellRefused(
  roles: RoleTaker,
  refused: ((offer: RoleOffer) => void) | undefined,
): RoleTaker {
  if (refused === undefined) return roles
  return Object.freeze({
    ...roles,
    async takeRole(...asked: Parameters<RoleTaker['takeRole']>) {
      try {
        return await roles.takeRole(...asked)
      } catch (error) {
        if (error instanceof ServerError && error.code === 'aws-refused') refused(asked[1])
        throw error
      }
    },
  })
}

import type { Discovery } from './accounts/index.ts'
import { ServerError } from './errors.ts'
import type { RoleTaker } from './sessions/index.ts'

/**
 * The same step; the account of a role that AWS refuses is read anew: the role may be gone, or its tags may say another
 * thing by now.
 */
export function rereadRefused(roles: RoleTaker, discovery: Pick<Discovery, 'doubt'>): RoleTaker {
  return Object.freeze({
    ...roles,
    async takeRole(...asked: Parameters<RoleTaker['takeRole']>) {
      try {
        return await roles.takeRole(...asked)
      } catch (error) {
        const [, offer] = asked
        if (error instanceof ServerError && error.code === 'aws-refused') {
          discovery.doubt(offer.account, offer.roleName)
        }
        throw error
      }
    },
  })
}

import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import { askerOf } from '../asker.ts'
import type { Cookies } from '../cookies.ts'
import { checkNavigation } from '../cross-site.ts'
import type { Gateway } from '../gateway.ts'
import type { RateLimits } from '../rate-limits.ts'
import { sendToSignIn } from '../require-session.ts'

const params = z.object({ path: z.string().min(1).max(128) })

/**
 * `GET {prefix}/{path}`: 303 to the console of a target. Nothing is said about the target before
 * the person is signed in. With `compat: awscons` the statuses are that program's.
 */
export function targetRoute(
  plain: FastifyInstance,
  steps: { gateway: Gateway; cookies: Cookies; limits: RateLimits; prefix: string },
): void {
  const { gateway, cookies, limits, prefix } = steps
  plain
    .withTypeProvider<ZodTypeProvider>()
    .get(`${prefix}/:path`, { schema: { hide: true, params } }, async (request, reply) => {
      const isCompat = gateway.config().targets.compat === 'awscons'
      checkNavigation(request)
      const session = await gateway.session(cookies.session.read(request))
      if (session === undefined) return sendToSignIn(gateway, request, reply, isCompat ? 302 : 303)
      const { principal } = session
      await limits.delivery(request, principal.id)
      const asker = askerOf(principal, request, steps)
      try {
        const url = await gateway.delivery.target(asker, request.params.path)
        if (!isCompat) return reply.redirect(url, 303)
        // A permanent redirect may be cached, and this one must not be: its address is a secret.
        reply.header('cache-control', 'no-store, no-cache, must-revalidate')
        reply.header('pragma', 'no-cache').header('expires', '0')
        return reply.redirect(url, 301)
      } catch (error) {
        throw isCompat ? withCompatStatus(error) : error
      }
    })
}

/** AWScons answers 401 to a person without the group and 400 to whatever failed after that. */
function withCompatStatus(error: unknown): unknown {
  if (!(error instanceof ServerError)) return error
  if (error.code === 'access-refused') return error.with({ status: 401 })
  return error.status >= 502 && error.code !== 'audit-unavailable'
    ? error.with({ status: 400 })
    : error
}

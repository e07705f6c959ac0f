import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import { consoleVisitor } from '../console-visitor.ts'
import type { Steps } from '../steps.ts'

const params = z.object({ path: z.string().min(1).max(128) })

/**
 * `GET {prefix}/{path}`: 303 to the console of a target. Nothing is said about the target before
 * the person is signed in. With `compat: awscons` the statuses are that program's.
 */
export function targetRoute(
  plain: FastifyInstance,
  steps: Steps & { readonly prefix: string },
): void {
  const { gateway, prefix } = steps
  plain
    .withTypeProvider<ZodTypeProvider>()
    .get(`${prefix}/:path`, { schema: { hide: true, params } }, async (request, reply) => {
      const isCompat = gateway.config().targets.compat === 'awscons'
      const asker = await consoleVisitor(steps, request, reply, isCompat ? 302 : 303)
      if (asker === undefined) return reply
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

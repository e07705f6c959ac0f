import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { askerOf } from '../asker.ts'
import type { Cookies } from '../cookies.ts'
import { checkNavigation } from '../cross-site.ts'
import type { Gateway } from '../gateway.ts'
import type { RateLimits } from '../rate-limits.ts'
import { sendToSignIn } from '../require-session.ts'

const params = z.object({ account: z.string().min(1).max(64), role: z.string().min(1).max(128) })
const query = z.object({ destination: z.string().max(2048).optional() })

/** `GET /console/{account}/{role}`: 303 to the console. */
export function consoleRoute(
  plain: FastifyInstance,
  steps: { gateway: Gateway; cookies: Cookies; limits: RateLimits },
): void {
  const { gateway, cookies, limits } = steps
  plain
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/console/:account/:role',
      { schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        checkNavigation(request)
        const session = await gateway.session(cookies.session.read(request))
        if (session === undefined) return sendToSignIn(gateway, request, reply)
        const { principal } = session
        await limits.delivery(request, principal.id)
        const url = await gateway.delivery.console(
          askerOf(principal, request, steps),
          request.params,
          request.query.destination,
        )
        return reply.redirect(url, 303)
      },
    )
}

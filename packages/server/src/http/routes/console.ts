import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { consoleVisitor } from '../console-visitor.ts'
import type { Steps } from '../steps.ts'
import { roleParams } from './schemas.ts'

const query = z.object({ destination: z.string().max(2048).optional() })

/** `GET /console/{account}/{role}`: 303 to the console. */
export function consoleRoute(plain: FastifyInstance, steps: Steps): void {
  plain
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/console/:account/:role',
      { schema: { hide: true, params: roleParams, querystring: query } },
      async (request, reply) => {
        const asker = await consoleVisitor(steps, request, reply)
        if (asker === undefined) return reply
        const url = await steps.gateway.delivery.console(asker, request.params, request.query)
        return reply.redirect(url, 303)
      },
    )
}

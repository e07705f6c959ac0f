/** One log line per request: method, route pattern, status, time. No address line, cookie or body. */
import type { FastifyInstance } from 'fastify'

/** Writes the line when the answer is out. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    )
  })
}

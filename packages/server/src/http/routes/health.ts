import type { FastifyInstance } from 'fastify'
import type { Gateway } from '../gateway.ts'

/** `GET /healthz`: 200 when the store answers; a further line when sinks of the audit log fail. */
export function healthRoute(app: FastifyInstance, gateway: Gateway): void {
  app.get('/healthz', { schema: { hide: true } }, async (_request, reply) => {
    const { failingSinks } = await gateway.checkHealth()
    const sinks = failingSinks === 0 ? '' : `audit sinks that fail: ${failingSinks}\n`
    return reply.type('text/plain; charset=utf-8').send(`ok\n${sinks}`)
  })
}

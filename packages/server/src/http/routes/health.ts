import type { FastifyInstance } from 'fastify'
import type { Gateway } from '../gateway.ts'

/** `GET /healthz`: 200 when the store answers. */
export function healthRoute(app: FastifyInstance, gateway: Gateway): void {
  app.get('/healthz', { schema: { hide: true } }, async (_request, reply) => {
    await gateway.checkHealth()
    return reply.type('text/plain; charset=utf-8').send('ok\n')
  })
}

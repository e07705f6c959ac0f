import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import { checkReturnPath } from '../../signin/index.ts'
import { checkNavigation } from '../cross-site.ts'
import { requestFacts } from '../request-facts.ts'
import type { Steps } from '../steps.ts'
import { startQuery } from './schemas.ts'

const params = z.object({ id: z.string().max(32) })

/** `GET /signin/headers/{id}`: whoever signed out in this browser comes back as the proxy names them. */
export function headersRoute(plain: FastifyInstance, { gateway, cookies }: Steps): void {
  plain
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/signin/headers/:id',
      { schema: { hide: true, params, querystring: startQuery } },
      async (request, reply) => {
        checkNavigation(request)
        const { id } = request.params
        const returnTo = checkReturnPath(request.query.next)
        if (!gateway.config().signIn.headers.some(source => source.id === id)) {
          throw new ServerError('unknown-provider', { detail: id })
        }
        const principal = await gateway.requests.byHeaders(requestFacts(request))
        if (principal?.source !== id) throw new ServerError('proxy-silent', { detail: id })
        cookies.signedOut.clear(reply)
        return reply.redirect(returnTo, 303)
      },
    )
}

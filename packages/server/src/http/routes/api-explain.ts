import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { explanationLines } from '../../grants/index.ts'
import { explanationView } from '../api.ts'
import { clientAddress } from '../client-address.ts'
import { requirePerson } from '../require-person.ts'
import type { Steps } from '../steps.ts'
import { failures } from './schemas.ts'

const query = z.object({
  role: z
    .string()
    .max(200)
    .regex(/^[^/]{1,64}(\/[^/]{1,128})?$/, '`account/role`, or an account alone'),
})

/** Why the person who asks may take a role, or may not. */
export function explainApiRoutes(plain: FastifyInstance, steps: Steps): void {
  const { gateway, limits } = steps
  plain.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/explain',
    {
      schema: {
        summary: 'Why you may take a role, or may not',
        querystring: query,
        response: { 200: explanationView, ...failures },
      },
    },
    async request => {
      const { principal } = await requirePerson(steps, request)
      limits.explain(principal.id)
      const [account = '', role] = request.query.role.split('/')
      const explanation = gateway.explain(principal, { account, role }, clientAddress(request))
      const { offers, grants } = explanation
      return {
        allowed: offers.length > 0,
        lines: [...explanationLines(explanation)],
        grants: grants.map(({ name, line, verdict, reason }) => ({ name, line, verdict, reason })),
      }
    },
  )
}

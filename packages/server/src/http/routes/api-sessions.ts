import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { LiveSession } from '../../sessions/index.ts'
import { sessionsView } from '../api.ts'
import { requirePerson } from '../require-person.ts'
import type { Steps } from '../steps.ts'
import { failures } from './schemas.ts'

/** The API of a person's own role sessions. */
export function sessionApiRoutes(plain: FastifyInstance, steps: Steps): void {
  const { gateway } = steps
  plain.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/sessions',
    {
      schema: {
        summary: 'Your role sessions that are valid now, without their keys',
        response: { 200: sessionsView, ...failures },
      },
    },
    async request => {
      const { principal } = await requirePerson(steps, request)
      return { sessions: gateway.liveSessions(principal.id).map(viewSession) }
    },
  )
}

function viewSession(session: LiveSession) {
  return {
    account: session.offer.account.alias,
    role: session.offer.roleName,
    roleArn: session.offer.roleArn,
    sessionName: session.sessionName,
    accessKeyId: session.accessKeyId,
    takenAt: session.takenAt.toISOString(),
    expiration: session.expiration.toISOString(),
  }
}

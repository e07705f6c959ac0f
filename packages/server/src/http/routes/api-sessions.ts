import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import type { LiveSession } from '../../sessions/index.ts'
import { type CommandLine, shortId } from '../../signin/index.ts'
import { type CommandLineView, sessionsView } from '../api.ts'
import { clientAddress } from '../client-address.ts'
import { requirePerson } from '../require-person.ts'
import type { Steps } from '../steps.ts'
import { emptyBody, failures } from './schemas.ts'

const commandLineParams = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) })

/** The API of a person's own role sessions and command lines. */
export function sessionApiRoutes(plain: FastifyInstance, steps: Steps): void {
  const { gateway } = steps
  const app = plain.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/api/v1/sessions',
    {
      schema: {
        summary:
          'Your role sessions that are valid now, without their keys, and your command lines',
        response: { 200: sessionsView, ...failures },
      },
    },
    async request => {
      const { principal } = await requirePerson(steps, request)
      return {
        sessions: gateway.liveSessions(principal.id).map(viewSession),
        commandLines: (await gateway.commands.list(principal.id)).map(viewCommandLine),
      }
    },
  )

  app.post(
    '/api/v1/command-lines/:id/signout',
    {
      schema: {
        summary: 'Sign one of your command lines out',
        params: commandLineParams,
        body: emptyBody,
        response: { 200: z.object({}), ...failures },
      },
    },
    async request => {
      const { principal } = await requirePerson(steps, request)
      const address = clientAddress(request)
      const isMine = await gateway.commands.endOf(principal.id, request.params.id, address)
      if (!isMine) throw new ServerError('unknown-command-line')
      return {}
    },
  )
}

function viewCommandLine(one: CommandLine): CommandLineView {
  const { hostName, userAgent, address, way } = one
  return {
    id: shortId(one),
    ...(hostName === undefined ? {} : { hostName }),
    ...(userAgent === undefined ? {} : { userAgent }),
    address,
    way,
    signedInAt: one.createdAt.toISOString(),
    lastUsedAt: one.seenAt.toISOString(),
    expiresAt: one.expiresAt.toISOString(),
  }
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

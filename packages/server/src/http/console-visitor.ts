/** Who opens a console: the routes that lead out of the gateway begin here. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Asker } from '../delivery/index.ts'
import { askerOf } from './asker.ts'
import { clientAddress } from './client-address.ts'
import { checkNavigation } from './cross-site.ts'
import { visitOf } from './request-facts.ts'
import { sendToSignIn } from './require-person.ts'
import type { Steps } from './steps.ts'

/**
 * The person who navigated here. Undefined when nobody is signed in: then the browser has been sent
 * to sign in and come back, with `signInStatus`. Throws `not-a-navigation`, `too-many-requests`.
 */
export async function consoleVisitor(
  steps: Steps,
  request: FastifyRequest,
  reply: FastifyReply,
  signInStatus: 302 | 303 = 303,
): Promise<Asker | undefined> {
  const { gateway, cookies, limits } = steps
  checkNavigation(request)
  const person = await gateway.identify(visitOf(request, cookies))
  if (person === undefined) {
    await sendToSignIn(gateway, request, reply, signInStatus)
    return undefined
  }
  limits.delivery(clientAddress(request), person.principal.id)
  return askerOf(person.principal, request, steps)
}

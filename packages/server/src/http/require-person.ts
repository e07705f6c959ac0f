/** Who is asking: routes that need a signed-in person begin here. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'
import { checkReturnPath, type SignedInPerson } from '../signin/index.ts'
import type { Gateway } from './gateway.ts'
import { visitOf } from './request-facts.ts'
import type { Steps } from './steps.ts'
import { wayHref } from './ways-in.ts'

/** The person of this request; throws `not-signed-in`, `signin-refused`, `too-many-requests`. */
export async function requirePerson(
  { gateway, cookies, limits }: Pick<Steps, 'gateway' | 'cookies' | 'limits'>,
  request: FastifyRequest,
): Promise<SignedInPerson> {
  const person = await gateway.identify(visitOf(request, cookies))
  if (person === undefined) throw new ServerError('not-signed-in')
  limits.apiOf(person.principal.id)
  return person
}

/**
 * Sends the browser to sign in and come back to this address: straight there when there is exactly
 * one way in, and it is no form of ours; else to the sign-in page.
 */
export async function sendToSignIn(
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  status: 302 | 303 = 303,
): Promise<FastifyReply> {
  const [only, ...others] = await gateway.waysIn()
  const href = only === undefined || others.length > 0 ? undefined : wayHref(only)
  return reply.redirect(`${href ?? '/signin'}${returnQuery(request.url)}`, status)
}

/** Nothing for an address that could not be returned to: the person lands on the roles page. */
function returnQuery(url: string): string {
  try {
    return `?next=${encodeURIComponent(checkReturnPath(url))}`
  } catch (error) {
    if (error instanceof ServerError) return ''
    throw error
  }
}

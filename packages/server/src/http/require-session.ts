/** Who is asking: routes that need a signed-in person begin here. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'
import { type BrowserSession, checkReturnPath } from '../signin/index.ts'
import type { Cookies } from './cookies.ts'
import type { Gateway } from './gateway.ts'

/** The live session; throws `not-signed-in`. */
export async function requireSession(
  gateway: Gateway,
  cookies: Cookies,
  request: FastifyRequest,
): Promise<BrowserSession> {
  const session = await gateway.session(cookies.session.read(request))
  if (session === undefined) throw new ServerError('not-signed-in')
  return session
}

/**
 * Sends the browser to sign in and come back to this address: straight to the identity provider
 * when it is the only way in, else to the sign-in page.
 */
export async function sendToSignIn(
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  status: 302 | 303 = 303,
): Promise<FastifyReply> {
  const { saml } = gateway.config().signIn
  const [only, ...others] = saml
  const isOnlyWay =
    only !== undefined && others.length === 0 && !(await gateway.hasPasswordSignIn())
  const page = isOnlyWay ? `/signin/saml/${only.id}` : '/signin'
  return reply.redirect(`${page}${returnQuery(request.url)}`, status)
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

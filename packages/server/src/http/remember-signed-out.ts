/** A browser that leaves a proxy's word behind. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../nouns.ts'
import { signedOutMark } from '../signin/index.ts'
import { visitOf } from './request-facts.ts'
import type { Steps } from './steps.ts'

/** A browser forgets it after the longest life that a session may have. */
const rememberSeconds = 7 * 24 * 3600

/**
 * From now on the proxy's word about this person does not count in this browser: they signed out, or
 * chose another way in. Answers whom it was about; undefined when there was no such word, or it did not
 * count before.
 */
export async function rememberSignedOut(
  { gateway, cookies }: Steps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Principal | undefined> {
  const { facts, signedOut } = visitOf(request, cookies)
  const named = await gateway.requests.byHeaders(facts)
  if (named === undefined || signedOut === signedOutMark(named)) return undefined
  cookies.signedOut.write(reply, signedOutMark(named), rememberSeconds)
  return named
}

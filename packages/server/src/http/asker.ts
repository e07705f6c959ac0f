import type { FastifyRequest } from 'fastify'
import type { Asker } from '../delivery/index.ts'
import type { Principal } from '../nouns.ts'
import { clientAddress } from './client-address.ts'
import { visitOf } from './request-facts.ts'
import type { Steps } from './steps.ts'

/** The person of this request as the delivery step knows them. */
export function askerOf(
  principal: Principal,
  request: FastifyRequest,
  steps: Pick<Steps, 'gateway' | 'cookies'>,
): Asker {
  const visit = visitOf(request, steps.cookies)
  return {
    principal,
    address: clientAddress(request),
    again: async () => (await steps.gateway.identify(visit))?.principal,
  }
}

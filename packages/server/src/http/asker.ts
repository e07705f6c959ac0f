import type { FastifyRequest } from 'fastify'
import type { Asker } from '../delivery/index.ts'
import type { Principal } from '../nouns.ts'
import { clientAddress } from './client-address.ts'
import type { Cookies } from './cookies.ts'
import type { Gateway } from './gateway.ts'

/** The person of this request as the delivery step knows them. */
export function askerOf(
  principal: Principal,
  request: FastifyRequest,
  steps: { readonly gateway: Gateway; readonly cookies: Cookies },
): Asker {
  const token = steps.cookies.session.read(request)
  return {
    principal,
    address: clientAddress(request),
    again: async () => (await steps.gateway.session(token))?.principal,
  }
}

/** How often somebody may try: counted in this process, forgotten at restart. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'

/** Each throws `too-many-requests` once its key has used up its share. */
export interface RateLimits {
  /** SAML requests and answers, by network address. */
  saml(request: FastifyRequest, address: string): Promise<void>
  /** Password attempts, by network address and by username. */
  password(request: FastifyRequest, address: string, username: string): Promise<void>
  /** Roles taken, by principal. */
  delivery(request: FastifyRequest, principalId: string): Promise<void>
}

/** Limits on an app that has `@fastify/rate-limit`. */
export function createRateLimits(app: FastifyInstance): RateLimits {
  const keys = new WeakMap<FastifyRequest, string>()

  function limit(max: number, timeWindow: number) {
    const check = app.createRateLimit({
      max,
      timeWindow,
      keyGenerator: request => keys.get(request) ?? '',
    })
    return async (request: FastifyRequest, key: string): Promise<void> => {
      keys.set(request, key)
      const result = await check(request)
      if (result.isAllowed || !result.isExceeded) return
      throw new ServerError('too-many-requests', { retryAfterSeconds: result.ttlInSeconds })
    }
  }

  const minute = 60_000
  const samlByAddress = limit(600, minute)
  const passwordByAddress = limit(30, minute)
  const passwordByUsername = limit(10, 5 * minute)
  const deliveryByPrincipal = limit(120, minute)

  return Object.freeze({
    saml: samlByAddress,
    async password(request: FastifyRequest, address: string, username: string) {
      await passwordByAddress(request, address)
      await passwordByUsername(request, username)
    },
    delivery: deliveryByPrincipal,
  })
}

/** How often somebody may try: counted in this process, forgotten at restart. */
import type { RateLimitOptions } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'
import { networkOf } from './client-address.ts'

/** Each throws `too-many-requests` once its key has used up its share. */
export interface RateLimits {
  /** SAML requests and answers, by network. */
  saml(request: FastifyRequest, address: string): Promise<void>
  /** Password attempts, by network, by username from one network, and by username. */
  password(request: FastifyRequest, address: string, username: string): Promise<void>
  /** Roles taken, by principal. */
  delivery(request: FastifyRequest, principalId: string): Promise<void>
  /** Questions why, by principal. */
  explain(request: FastifyRequest, principalId: string): Promise<void>
}

/** Counters that each limit keeps; the one unused for the longest time makes room. */
const mostKeys = 20_000

/** Limits on an app that has `@fastify/rate-limit`. */
export function createRateLimits(app: FastifyInstance): RateLimits {
  const keys = new WeakMap<FastifyRequest, string>()

  function limit(what: string, max: number, timeWindow: number) {
    const options: RateLimitOptions = {
      max,
      timeWindow,
      cache: mostKeys,
      keyGenerator: request => keys.get(request) ?? '',
    }
    const check = app.createRateLimit(options)
    return async (request: FastifyRequest, key: string): Promise<void> => {
      keys.set(request, key)
      const result = await check(request)
      if (result.isAllowed || !result.isExceeded) return
      throw new ServerError('too-many-requests', {
        detail: what,
        retryAfterSeconds: result.ttlInSeconds,
      })
    }
  }

  const minute = 60_000
  const saml = limit('SAML requests from one network', 600, minute)
  const passwordByNetwork = limit('passwords from one network', 30, minute)
  const passwordByBoth = limit('passwords for one username from one network', 10, 5 * minute)
  const passwordByUsername = limit('passwords for one username', 100, 5 * minute)
  const delivery = limit('roles taken by one person', 120, minute)
  const explain = limit('explanations for one person', 60, minute)

  return Object.freeze({
    saml: (request: FastifyRequest, address: string) => saml(request, networkOf(address)),
    async password(request: FastifyRequest, address: string, username: string) {
      const network = networkOf(address)
      await passwordByNetwork(request, network)
      // Before the username alone: guessing from one network must not lock the person out elsewhere.
      await passwordByBoth(request, JSON.stringify([username, network]))
      await passwordByUsername(request, username)
    },
    delivery,
    explain,
  })
}

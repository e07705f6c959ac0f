/** How often somebody may try: counted in this process, forgotten at restart. */
import type { RateLimitOptions } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import { clientAddress, networkOf } from './client-address.ts'

/** Each throws `too-many-requests` once its key has used up its share. */
export interface RateLimits {
  /** SAML requests and answers, by network. */
  saml(request: FastifyRequest, address: string): Promise<void>
  /** Password attempts, by network, by username from one network, and by username. */
  password(request: FastifyRequest, address: string, username: string): Promise<void>
  /** Roles taken, by network and by principal. */
  delivery(request: FastifyRequest, principalId: string): Promise<void>
  /** Requests to the API, by network. */
  api(request: FastifyRequest): Promise<void>
  /** Requests to the API, by principal. */
  apiOf(request: FastifyRequest, principalId: string): Promise<void>
  /** Questions why, by principal. */
  explain(request: FastifyRequest, principalId: string): Promise<void>
}

/** Counters that each limit keeps; the one unused for the longest time makes room. */
const mostKeys = 20_000
const minute = 60_000

/** Limits on an app that has `@fastify/rate-limit`; what they are may change while it runs. */
export function createRateLimits(app: FastifyInstance, limits: () => Config['limits']): RateLimits {
  const keys = new WeakMap<FastifyRequest, string>()

  function limit(what: string, max: (limits: Config['limits']) => number, timeWindow = minute) {
    const options: RateLimitOptions = {
      max: () => max(limits()),
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

  const saml = limit('SAML requests from one network', one => one.signInPerAddress)
  const passwordByNetwork = limit('passwords from one network', one => one.passwordsPerAddress)
  const passwordByBoth = limit(
    'passwords for one username from one network',
    one => Math.ceil((one.passwordsPerUsername * 5) / 10),
    5 * minute,
  )
  const passwordByUsername = limit(
    'passwords for one username',
    one => one.passwordsPerUsername * 5,
    5 * minute,
  )
  const delivery = limit('roles taken by one person', one => one.deliveryPerPrincipal)
  const deliveryByNetwork = limit('roles taken from one network', one => one.deliveryPerAddress)
  const apiByNetwork = limit('requests to the API from one network', one => one.apiPerAddress)
  const explain = limit('explanations for one person', () => 60)
  const apiOf = limit('requests to the API by one person', one => one.apiPerPrincipal)

  return Object.freeze({
    saml: (request: FastifyRequest, address: string) => saml(request, networkOf(address)),
    async password(request: FastifyRequest, address: string, username: string) {
      const network = networkOf(address)
      await passwordByNetwork(request, network)
      const name = countedName(username)
      // Before the username alone: guessing from one network must not lock the person out elsewhere.
      await passwordByBoth(request, JSON.stringify([name, network]))
      await passwordByUsername(request, name)
    },
    async delivery(request: FastifyRequest, principalId: string) {
      await delivery(request, principalId)
      await deliveryByNetwork(request, networkOf(clientAddress(request)))
    },
    api: (request: FastifyRequest) => apiByNetwork(request, networkOf(clientAddress(request))),
    apiOf,
    explain,
  })
}

/**
 * Every spelling that some directory takes for one name: RFC 4518 folds case, compatibility forms, blanks and what
 * is invisible, and Active Directory finds a name without its accents.
 */
function countedName(username: string): string {
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{C}\s]/gu, '')
}

/** Requests that another site made the browser send. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'
import { bearerOf } from './request-facts.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What this route does when another site sends it is no matter: SAML messages, and methods that it refuses. */
    crossSite?: boolean
  }
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses state-changing requests that do not come from our own pages: Sec-Fetch-Site must be
 * `same-origin` and Origin the public address. A client may leave one of the two out, not both, unless it
 * shows a token in place of a cookie: no browser adds that by itself.
 */
export function refuseCrossSite(app: FastifyInstance, publicUrl: string): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (safeMethods.has(request.method) || request.routeOptions.config.crossSite === true) {
      done()
      return
    }
    const { 'sec-fetch-site': site, origin } = request.headers
    const isOurs =
      ((site ?? origin) !== undefined || bearerOf(request) !== undefined) &&
      (site ?? 'same-origin') === 'same-origin' &&
      (origin ?? publicUrl) === publicUrl
    if (isOurs) {
      done()
      return
    }
    const detail = `Sec-Fetch-Site ${site ?? 'none'}, Origin ${origin ?? 'none'}`
    done(new ServerError('cross-site-request', { detail }))
  })
}

/**
 * Refuses a GET that another site's page made a browser send, which adds its stored password by itself.
 * A page of the same origin, a typed address and a program pass.
 */
export function checkSameOrigin(request: FastifyRequest, publicUrl: string): void {
  const { 'sec-fetch-site': site, 'sec-purpose': purpose, origin } = request.headers
  const isOurs =
    (site === undefined || site === 'same-origin' || site === 'none') &&
    (origin === undefined || origin === publicUrl) &&
    purpose === undefined
  if (isOurs) return
  throw new ServerError('cross-site-request', {
    detail: `Sec-Fetch-Site ${site ?? 'none'}, Origin ${origin ?? 'none'}`,
  })
}

/**
 * Refuses a GET that gives something away unless it is a navigation of a browser tab: no image, no
 * frame, no script, no prefetch. Clients that send no fetch metadata pass.
 */
export function checkNavigation(request: FastifyRequest): void {
  const destination = request.headers['sec-fetch-dest']
  const purpose = request.headers['sec-purpose'] ?? request.headers.purpose
  if (destination !== undefined && destination !== 'document') {
    throw new ServerError('not-a-navigation', { detail: `Sec-Fetch-Dest ${destination}` })
  }
  if (purpose !== undefined) {
    throw new ServerError('not-a-navigation', { detail: 'a prefetch' })
  }
}

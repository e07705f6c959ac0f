import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { me, passwordSignIn, signedIn, signedOut, signInOptions } from '../api.ts'
import { clientAddress } from '../client-address.ts'
import { requireSession } from '../require-session.ts'
import type { Steps } from '../steps.ts'
import { failures, startQuery } from './schemas.ts'

/** The API around signing in: options, password, sign-out, who am I. */
export function signInApiRoutes(plain: FastifyInstance, steps: Steps): void {
  const { gateway, cookies, limits } = steps
  const app = plain.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/api/v1/signin',
    {
      schema: {
        summary: 'The ways to sign in',
        security: [],
        querystring: startQuery,
        response: { 200: signInOptions, ...failures },
      },
    },
    async request => {
      const config = gateway.config()
      const { next } = request.query
      const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
      return {
        title: config.title,
        providers: config.signIn.saml.map(({ id, title }) => ({
          id,
          title,
          href: `/signin/saml/${id}${query}`,
        })),
        password: await gateway.hasPasswordSignIn(),
      }
    },
  )

  app.post(
    '/api/v1/signin/password',
    {
      schema: {
        summary: 'Sign in with a password kept by the gateway',
        security: [],
        body: passwordSignIn,
        response: { 200: signedIn, ...failures },
      },
    },
    async (request, reply) => {
      const address = clientAddress(request)
      const { username, password, next } = request.body
      await limits.password(request, address, username)
      const result = await gateway.signIn.withPassword({
        username,
        password,
        returnTo: next,
        address,
        browser: cookies.read(request),
      })
      cookies.session.write(reply, result.token, result.maxAgeSeconds)
      return { location: result.returnTo }
    },
  )

  app.post(
    '/api/v1/signout',
    { schema: { summary: 'Sign out', response: { 200: signedOut, ...failures } } },
    async (request, reply) => {
      cookies.session.clear(reply)
      const token = cookies.session.read(request)
      const location = await gateway.signOut.here(token, clientAddress(request))
      return location === undefined ? {} : { location }
    },
  )

  app.get(
    '/api/v1/me',
    { schema: { summary: 'Who is signed in', response: { 200: me, ...failures } } },
    async request => {
      const { principal, expiresAt } = await requireSession(gateway, cookies, request)
      return {
        id: principal.id,
        username: principal.username,
        displayName: principal.displayName,
        ...(principal.email === undefined ? {} : { email: principal.email }),
        source: principal.source,
        groups: [...principal.groups],
        authenticatedAt: principal.authenticatedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        title: gateway.config().title,
      }
    },
  )
}

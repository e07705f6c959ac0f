import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { ServerError } from '../../errors.ts'
import {
  emailSignIn,
  me,
  passwordSignIn,
  signedIn,
  signedOut,
  signInOptions,
  signInWay,
} from '../api.ts'
import { clientAddress } from '../client-address.ts'
import { rememberSignedOut } from '../remember-signed-out.ts'
import { bearerOf } from '../request-facts.ts'
import { requirePerson } from '../require-person.ts'
import type { Steps } from '../steps.ts'
import { viewWay } from '../ways-in.ts'
import { failures, startQuery } from './schemas.ts'

/** The API around signing in: the ways, e-mail, password, sign-out, who am I. */
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
      const ways = await gateway.waysIn()
      return {
        title: gateway.config().title,
        asksEmail: ways.some(({ emailDomains }) => emailDomains.length > 0),
        ways: ways.map(way => viewWay(way, request.query.next)),
      }
    },
  )

  app.post(
    '/api/v1/signin/email',
    {
      schema: {
        summary: 'The way to sign in that an e-mail address has',
        security: [],
        body: emailSignIn,
        response: { 200: signInWay, ...failures },
      },
    },
    async request => {
      limits.saml(clientAddress(request))
      const { email, next } = request.body
      const domain = /@([^@]+)$/.exec(email.trim())?.[1]?.toLowerCase() ?? ''
      const found = (await gateway.waysIn()).find(way => way.emailDomains.includes(domain))
      if (found === undefined) throw new ServerError('unknown-email-domain')
      return viewWay(found, next)
    },
  )

  app.post(
    '/api/v1/signin/password',
    {
      schema: {
        summary: 'Sign in with a password',
        security: [],
        body: passwordSignIn,
        response: { 200: signedIn, ...failures },
      },
    },
    async (request, reply) => {
      const address = clientAddress(request)
      const { username, password, next, source } = request.body
      limits.password(address, username)
      const result = await gateway.signIn.withPassword({
        username,
        password,
        source,
        returnTo: next,
        address,
        browser: cookies.read(request),
      })
      await rememberSignedOut(steps, request, reply)
      cookies.session.write(reply, result.token, result.maxAgeSeconds)
      return { location: result.returnTo }
    },
  )

  app.post(
    '/api/v1/signout',
    { schema: { summary: 'Sign out', response: { 200: signedOut, ...failures } } },
    async (request, reply) => {
      const address = clientAddress(request)
      const bearer = bearerOf(request)
      if (bearer !== undefined) {
        await requirePerson(steps, request)
        await gateway.commands.endOwn(bearer, address)
        return {}
      }
      cookies.session.clear(reply)
      const provider = await gateway.signOut.here(cookies.session.read(request), address)
      const named = await rememberSignedOut(steps, request, reply)
      const proxy = named === undefined ? undefined : await gateway.signOut.named(named)
      const location = provider ?? proxy
      return location === undefined ? {} : { location }
    },
  )

  app.get(
    '/api/v1/me',
    { schema: { summary: 'Who is signed in', response: { 200: me, ...failures } } },
    async request => {
      const { principal, expiresAt } = await requirePerson(steps, request)
      return {
        id: principal.id,
        username: principal.username,
        displayName: principal.displayName,
        ...(principal.email === undefined ? {} : { email: principal.email }),
        source: principal.source,
        groups: [...principal.groups],
        authenticatedAt: principal.authenticatedAt.toISOString(),
        ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
        title: gateway.config().title,
      }
    },
  )
}

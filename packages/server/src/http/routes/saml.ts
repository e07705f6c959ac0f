import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import { serviceProviderMetadata } from '../../signin/index.ts'
import { clientAddress } from '../client-address.ts'
import type { Cookies } from '../cookies.ts'
import type { Gateway } from '../gateway.ts'
import { sendContinuePage } from '../pages/continue-page.ts'
import { sendFormPostPage } from '../pages/form-post-page.ts'
import type { RateLimits } from '../rate-limits.ts'
import { portalPaths } from './portal.ts'

const params = z.object({ id: z.string().max(32) })
const startQuery = z.object({ next: z.string().max(2048).optional() })
const answerLimit = 512 * 1024
/** As long as a sign-in may take, so that the cookie outlives no request of its own. */
const preSessionSeconds = 600

/** SAML sign-in: start, the assertion consumer service, and our metadata. */
export function samlRoutes(
  plain: FastifyInstance,
  steps: { gateway: Gateway; cookies: Cookies; limits: RateLimits },
): void {
  const { gateway, cookies, limits } = steps
  const app = plain.withTypeProvider<ZodTypeProvider>()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: answerLimit },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  )

  app.get(
    '/signin/saml/:id',
    { schema: { hide: true, params, querystring: startQuery } },
    async (request, reply) => {
      await limits.saml(request, clientAddress(request))
      const session = await gateway.session(cookies.session.read(request))
      const sent = await gateway.signIn.startSaml(request.params.id, {
        returnTo: request.query.next,
        binding: cookies.preSession.read(request),
        sessionHash: session?.idHash,
      })
      cookies.preSession.write(reply, sent.binding, preSessionSeconds)
      return sent.kind === 'redirect'
        ? reply.redirect(sent.url, 302)
        : sendFormPostPage(reply, sent, gateway.random)
    },
  )

  app.post(
    '/signin/saml/:id/acs',
    { schema: { hide: true, params }, config: { crossSite: true }, bodyLimit: answerLimit },
    async (request, reply) => {
      const address = clientAddress(request)
      await limits.saml(request, address)
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
      const signedIn = await gateway.signIn.finishSaml(request.params.id, {
        samlResponse: single(form, 'SAMLResponse'),
        relayState: single(form, 'RelayState'),
        binding: cookies.preSession.read(request),
        address,
      })
      cookies.session.write(reply, signedIn.token, signedIn.maxAgeSeconds)
      return staysHere(signedIn.returnTo)
        ? reply.redirect(signedIn.returnTo, 303)
        : sendContinuePage(reply, signedIn.returnTo, gateway.random)
    },
  )

  app.get(
    '/signin/saml/:id/metadata',
    { schema: { hide: true, params } },
    async (request, reply) => {
      const provider = gateway.config().signIn.saml.find(one => one.id === request.params.id)
      if (provider === undefined) throw new ServerError('unknown-provider')
      return reply
        .type('application/samlmetadata+xml; charset=utf-8')
        .header('content-disposition', 'inline; filename="rolecall-metadata.xml"')
        .send(serviceProviderMetadata(provider))
    },
  )
}

/** Whether a path shows a page of the portal; any other may redirect to another site. */
function staysHere(path: string): boolean {
  return portalPaths.includes(new URL(path, 'http://gateway.invalid').pathname)
}

/** A field that is there once; a repeated one counts as absent, so that no two readers can differ. */
function single(form: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = form.getAll(name)
  return others.length === 0 ? value : undefined
}

import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { requestLifeSeconds } from '../../signin/index.ts'
import { clientAddress } from '../client-address.ts'
import { checkNavigation } from '../cross-site.ts'
import { sendContinuePage } from '../pages/continue-page.ts'
import { sendFormPostPage } from '../pages/form-post-page.ts'
import { rememberSignedOut } from '../remember-signed-out.ts'
import type { Steps } from '../steps.ts'
import { portalPaths } from './portal.ts'
import { formOf, providerParams, samlBodyLimit, single, takeSamlBodies } from './saml-form.ts'
import { samlLogoutRoutes } from './saml-logout.ts'
import { startQuery } from './schemas.ts'

/** SAML: sign-in with its assertion consumer service, single logout, and our metadata. */
export function samlRoutes(plain: FastifyInstance, steps: Steps): void {
  const { gateway, cookies, limits } = steps
  const app = plain.withTypeProvider<ZodTypeProvider>()
  // Before the body is read: a refused request costs next to nothing.
  app.addHook('onRequest', async request => limits.saml(clientAddress(request)))
  takeSamlBodies(app)
  samlLogoutRoutes(app, steps)

  app.get(
    '/signin/saml/:id',
    { schema: { hide: true, params: providerParams, querystring: startQuery } },
    async (request, reply) => {
      checkNavigation(request)
      await rememberSignedOut(steps, request, reply)
      const sent = await gateway.signIn.startSaml(request.params.id, {
        returnTo: request.query.next,
        browser: cookies.read(request),
      })
      // No longer than the request waits: the cookie serves nothing else.
      cookies.preSession.write(reply, sent.binding, requestLifeSeconds)
      return sent.kind === 'redirect'
        ? reply.redirect(sent.url, 302)
        : sendFormPostPage(reply, sent, gateway.random)
    },
  )

  app.post(
    '/signin/saml/:id/acs',
    {
      schema: { hide: true, params: providerParams },
      config: { crossSite: true },
      bodyLimit: samlBodyLimit,
    },
    async (request, reply) => {
      const form = formOf(request.body)
      const signedIn = await gateway.signIn.finishSaml(request.params.id, {
        samlResponse: single(form, 'SAMLResponse'),
        relayState: single(form, 'RelayState'),
        browser: cookies.read(request),
        address: clientAddress(request),
      })
      cookies.session.write(reply, signedIn.token, signedIn.maxAgeSeconds)
      return staysHere(signedIn.returnTo)
        ? reply.redirect(signedIn.returnTo, 303)
        : sendContinuePage(reply, signedIn.returnTo, gateway.random)
    },
  )

  app.get(
    '/signin/saml/:id/metadata',
    { schema: { hide: true, params: providerParams } },
    async (request, reply) =>
      reply
        .type('application/samlmetadata+xml; charset=utf-8')
        .header('content-disposition', 'inline; filename="rolecall-metadata.xml"')
        .send(gateway.signIn.metadata(request.params.id)),
  )
}

/** Whether a path shows a page of the portal; any other may redirect to another site. */
function staysHere(path: string): boolean {
  return portalPaths.includes(new URL(path, 'http://gateway.invalid').pathname)
}

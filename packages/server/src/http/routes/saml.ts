import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import { requestLifeSeconds } from '../../signin/index.ts'
import { clientAddress } from '../client-address.ts'
import { checkNavigation } from '../cross-site.ts'
import { sendContinuePage } from '../pages/continue-page.ts'
import { sendFormPostPage } from '../pages/form-post-page.ts'
import type { Steps } from '../steps.ts'
import { portalPaths } from './portal.ts'
import { startQuery } from './schemas.ts'

const params = z.object({ id: z.string().max(32) })
const answerLimit = 512 * 1024
/** Providers send two or three. Parsing takes its time by the field, not by the byte. */
const mostFields = 16

/** SAML sign-in: start, the assertion consumer service, and our metadata. */
export function samlRoutes(plain: FastifyInstance, steps: Steps): void {
  const { gateway, cookies, limits } = steps
  const app = plain.withTypeProvider<ZodTypeProvider>()
  // Before the body is read: a refused request costs next to nothing.
  app.addHook('onRequest', async request => limits.saml(request, clientAddress(request)))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: answerLimit },
    (_request, body, done) => {
      const text = String(body)
      if (hasMoreFields(text)) done(new ServerError('bad-request', { detail: 'too many fields' }))
      else done(null, new URLSearchParams(text))
    },
  )

  app.get(
    '/signin/saml/:id',
    { schema: { hide: true, params, querystring: startQuery } },
    async (request, reply) => {
      checkNavigation(request)
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
    { schema: { hide: true, params }, config: { crossSite: true }, bodyLimit: answerLimit },
    async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
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

  app.get('/signin/saml/:id/metadata', { schema: { hide: true, params } }, async (request, reply) =>
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

function hasMoreFields(form: string): boolean {
  let at = -1
  for (let fields = 1; fields <= mostFields; fields += 1) {
    at = form.indexOf('&', at + 1)
    if (at === -1) return false
  }
  return true
}

/** A field that is there once; a repeated one counts as absent, so that no two readers can differ. */
function single(form: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = form.getAll(name)
  return others.length === 0 ? value : undefined
}

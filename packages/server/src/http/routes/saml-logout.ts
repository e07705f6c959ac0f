import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'
import type { SamlLogoutMessage } from '../../signin/index.ts'
import { clientAddress } from '../client-address.ts'
import { checkNavigation } from '../cross-site.ts'
import { sendFormPostPage } from '../pages/form-post-page.ts'
import { sendSignedOutPage } from '../pages/signed-out-page.ts'
import type { Steps } from '../steps.ts'
import { formOf, providerParams, samlBodyLimit, single } from './saml-form.ts'

const requestParams = providerParams.extend({ request: z.string().max(64) })

/** SAML single logout: the request that a browser leaves with, and all that providers send. */
export function samlLogoutRoutes(plain: FastifyInstance, { gateway }: Steps): void {
  const app = plain.withTypeProvider<ZodTypeProvider>()
  const title = 'Signing out'

  app.get(
    '/signin/saml/:id/logout/:request',
    { schema: { hide: true, params: requestParams } },
    async (request, reply) => {
      checkNavigation(request)
      const { id, request: logout } = request.params
      const sent = await gateway.signOut.send(id, logout)
      if (sent === undefined) return reply.redirect('/signin', 303)
      return send(reply, sent)
    },
  )

  app.get(
    '/signin/saml/:id/slo',
    { schema: { hide: true, params: providerParams } },
    (request, reply) => {
      // A signature covers the query as it was sent: nothing decoded, nothing in another order.
      const query = /\?(.*)$/s.exec(request.raw.url ?? '')?.[1] ?? ''
      return receive(
        reply,
        request.params.id,
        { binding: 'redirect', query },
        clientAddress(request),
      )
    },
  )

  app.post(
    '/signin/saml/:id/slo',
    {
      schema: { hide: true, params: providerParams },
      config: { crossSite: true },
      bodyLimit: samlBodyLimit,
    },
    (request, reply) =>
      receive(reply, request.params.id, messageOf(request.body), clientAddress(request)),
  )

  async function receive(
    reply: FastifyReply,
    id: string,
    message: SamlLogoutMessage,
    address: string,
  ): Promise<FastifyReply> {
    const received = await gateway.signOut.receive(id, message, address)
    if (received.kind === 'answer') {
      return received.outcome === 'complete'
        ? reply.redirect('/signin', 303)
        : sendSignedOutPage(reply, false, gateway.random)
    }
    const { reply: answer } = received
    if (message.binding === 'soap') {
      if (answer?.envelope === undefined) {
        throw new ServerError('provider-unavailable', { detail: `${id}: no key to answer with` })
      }
      return reply.type('text/xml; charset=utf-8').send(answer.envelope)
    }
    return answer === undefined
      ? sendSignedOutPage(reply, true, gateway.random)
      : send(reply, answer)
  }

  function send(
    reply: FastifyReply,
    { url, fields }: { readonly url: string; readonly fields?: Readonly<Record<string, string>> },
  ): FastifyReply {
    return fields === undefined
      ? reply.redirect(url, 302)
      : sendFormPostPage(reply, { url, fields }, gateway.random, title)
  }
}

function messageOf(body: unknown): SamlLogoutMessage {
  if (body instanceof Uint8Array) return { binding: 'soap', envelope: body }
  const form = formOf(body)
  return {
    binding: 'post',
    samlRequest: single(form, 'SAMLRequest'),
    samlResponse: single(form, 'SAMLResponse'),
    relayState: single(form, 'RelayState'),
  }
}

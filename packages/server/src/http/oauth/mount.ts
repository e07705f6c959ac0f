/** oidc-provider behind our HTTP edge: it is loaded when it is asked for first. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { clientAddress } from '../client-address.ts'
import { rememberAddress } from './client-facts.ts'
import { paths } from './paths.ts'
import type { Oauth } from './provider.ts'

/** Answers a request below `/oauth` with oidc-provider. */
export async function handOver(
  oauth: Oauth,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { raw } = request
  rememberAddress(raw, clientAddress(request))
  // The client is public: what a proxy in front adds here is no word of the client's.
  delete raw.headers.authorization
  const headers = reply.getHeaders()
  reply.hijack()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) reply.raw.setHeader(name, value)
  }
  const url = raw.url ?? '/'
  Object.assign(raw, { originalUrl: url, url: url.slice(paths.root.length) })
  try {
    await oauth.listen(raw, reply.raw)
  } finally {
    // The log is written when the answer is sent.
    raw.url = url
  }
}

/** The page between an identity provider's form and an address that leads out of the gateway. */
import type { FastifyReply } from 'fastify'
import { pagePolicy } from '../security-headers.ts'
import { html } from './html.ts'
import { layout, newNonce } from './layout.ts'

/**
 * Sends the browser to a path of ours by a navigation of its own. Browsers apply the `form-action`
 * of the page whose form brought them here to every redirect that follows: a provider that allows
 * our assertion consumer service alone would forbid the way on to the AWS sign-in.
 */
export function sendContinuePage(
  reply: FastifyReply,
  path: string,
  random: (bytes: number) => Uint8Array,
  title = 'You are signed in',
): FastifyReply {
  const nonce = newNonce(random)
  const body = html`<h1>${title}</h1>
<p><a href="${path}">Continue</a></p>`
  return reply
    .header('content-security-policy', pagePolicy(nonce))
    .header('refresh', `0; url=${path}`)
    .type('text/html; charset=utf-8')
    .send(layout(title, nonce, body))
}

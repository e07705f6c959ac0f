/** The page after a sign-out that the portal does not show: for everybody, signed in or not. */
import type { FastifyReply } from 'fastify'
import { pagePolicy } from '../security-headers.ts'
import { html } from './html.ts'
import { layout, newNonce } from './layout.ts'

/** Sends it; `isEverywhere` says whether the identity provider has signed the person out too. */
export function sendSignedOutPage(
  reply: FastifyReply,
  isEverywhere: boolean,
  random: (bytes: number) => Uint8Array,
): FastifyReply {
  const nonce = newNonce(random)
  const rest = isEverywhere
    ? ''
    : html`<p>Your identity provider could not sign you out everywhere. Close the browser to be sure.</p>`
  const body = html`<h1>You are signed out</h1>
${rest}
<p class="soft">Keys that you copied and consoles that are open work until they end by themselves.</p>
<p><a href="/signin">Sign in again</a></p>`
  return reply
    .header('content-security-policy', pagePolicy(nonce))
    .type('text/html; charset=utf-8')
    .send(layout('You are signed out', nonce, body))
}

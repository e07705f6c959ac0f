/** The page for a refusal or failure: what happened, what to do, the event's number, a way on. */
import type { FastifyReply } from 'fastify'
import type { ServerError, ServerErrorCode } from '../../errors.ts'
import { pagePolicy } from '../security-headers.ts'
import { html } from './html.ts'
import { layout, newNonce } from './layout.ts'

/** Refusals after which the way on is a new sign-in. */
const signInAgain: ReadonlySet<ServerErrorCode> = new Set([
  'not-signed-in',
  'signin-refused',
  'unknown-provider',
  'provider-unavailable',
  'bad-return-path',
])

/** Sends the page; the status stands on the reply already. */
export function sendErrorPage(
  reply: FastifyReply,
  error: ServerError,
  random: (bytes: number) => Uint8Array,
): FastifyReply {
  const nonce = newNonce(random)
  const event =
    error.eventId === undefined ? '' : html`<p class="soft">Event <code>${error.eventId}</code></p>`
  const link = signInAgain.has(error.code)
    ? html`<p><a href="/signin">Try again</a></p>`
    : html`<p><a href="/">To the roles page</a></p>`
  const body = html`<h1>${error.message}</h1>
<p>${error.remedy}</p>
${event}
${link}`
  return reply
    .header('content-security-policy', pagePolicy(nonce))
    .type('text/html; charset=utf-8')
    .send(layout(error.message, nonce, body))
}

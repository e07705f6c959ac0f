/** The page for a refusal or failure: what happened, what to do, the event's number, a way on. */
import type { FastifyReply } from 'fastify'
import type { ServerError, ServerErrorCode } from '../../errors.ts'
import { paths } from '../oauth/paths.ts'
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
  const [href, words] = wayOn(error.code)
  const link = html`<p><a href="${href}">${words}</a></p>`
  const body = html`<h1>${error.message}</h1>
<p>${error.remedy}</p>
${event}
${link}`
  return reply
    .header('content-security-policy', pagePolicy(nonce))
    .type('text/html; charset=utf-8')
    .send(layout(error.message, nonce, body))
}

function wayOn(code: ServerErrorCode): readonly [string, string] {
  if (code === 'unknown-user-code') return [paths.device, 'Enter a code again']
  return signInAgain.has(code) ? ['/signin', 'Try again'] : ['/', 'To the roles page']
}

/** The page that asks a person whether a command line may come in as them. */
import type { FastifyReply } from 'fastify'
import type { Principal } from '../../nouns.ts'
import type { CommandClient } from '../../signin/index.ts'
import { formPolicy } from '../security-headers.ts'
import { html, type Markup } from './html.ts'
import { layout, newNonce } from './layout.ts'

/** What the page shows. */
export interface AllowQuestion {
  readonly client: CommandClient
  readonly principal: Principal
  /** Where the person's browser is. */
  readonly browserAddress: string
  /** When it asked, and what time it is. */
  readonly askedAt: Date
  readonly now: Date
  readonly lifetimeSeconds: number
  /** Of a device: what its terminal shows. */
  readonly userCode: string | undefined
  /** Where the answer goes. */
  readonly action: string
}

/** Sends it. Nothing is allowed but by its button. */
export function sendAllowPage(
  reply: FastifyReply,
  question: AllowQuestion,
  random: (bytes: number) => Uint8Array,
): FastifyReply {
  const { client, principal, userCode, askedAt, now } = question
  const title = `Allow the rolecall command on ${client.hostName ?? client.address}?`
  const code =
    userCode === undefined
      ? ''
      : html`<p>Does the terminal show this code?</p>
<p class="code">${userCode}</p>`
  const field =
    userCode === undefined ? '' : html`<input type="hidden" name="user_code" value="${userCode}">`
  const host =
    client.hostName === undefined ? '' : html`<dt>Computer</dt><dd>${client.hostName}</dd>`
  const agent =
    client.userAgent === undefined || client.way === 'loopback'
      ? ''
      : html`<dt>Program</dt><dd>${client.userAgent}</dd>`
  const body = html`<h1>${title}</h1>
${code}
<dl>
${host}
<dt>Address</dt><dd>${client.address}</dd>
${agent}
<dt>Asked</dt><dd>${ago(now.getTime() - askedAt.getTime())}</dd>
<dt>Signs in as</dt><dd>${principal.displayName} (${principal.id})</dd>
</dl>
${warning(question)}
<p>It may then take every role that you may take, for ${spanOf(question.lifetimeSeconds)} at most. You can sign it out on the roles page, under your sessions.</p>
<form method="post" action="${question.action}">
${field}
<p><button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="plain">Deny</button></p>
</form>`
  return sendForm(reply, title, body, random)
}

/** Sends a page with a form of ours. */
export function sendForm(
  reply: FastifyReply,
  title: string,
  body: Markup,
  random: (bytes: number) => Uint8Array,
): FastifyReply {
  const nonce = newNonce(random)
  return (
    reply
      .header('content-security-policy', formPolicy(nonce))
      // Without a referrer browsers say `Origin: null` of a form: we take none but our own.
      .header('referrer-policy', 'same-origin')
      .type('text/html; charset=utf-8')
      .send(layout(title, nonce, body))
  )
}

/** RFC 8628, 5.4: somebody else may have sent the person here. */
function warning({ client, browserAddress, userCode }: AllowQuestion): Markup | string {
  if (client.address !== browserAddress) {
    return html`<p class="warn">It asks from ${client.address}, and your browser is at ${browserAddress}. Allow it only if you started it yourself, on that computer, just now. Nobody who helps you needs this.</p>`
  }
  return userCode === undefined
    ? ''
    : html`<p class="warn">Allow it only if you started it yourself, just now.</p>`
}

function ago(ms: number): string {
  const minutes = Math.floor(Math.max(ms, 0) / 60_000)
  if (minutes === 0) return 'just now'
  return minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`
}

function spanOf(seconds: number): string {
  const hours = Math.round(seconds / 3600)
  if (hours >= 48) return `${Math.round(hours / 24)} days`
  if (hours >= 2) return `${hours} hours`
  return `${Math.round(seconds / 60)} minutes`
}

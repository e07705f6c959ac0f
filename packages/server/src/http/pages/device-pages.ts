/** The pages around the code of a device (RFC 8628, 3.3). */
import type { FastifyReply } from 'fastify'
import { paths } from '../oauth/paths.ts'
import { pagePolicy } from '../security-headers.ts'
import { sendForm } from './allow-page.ts'
import { html } from './html.ts'
import { layout, newNonce } from './layout.ts'

type Random = (bytes: number) => Uint8Array

/** Asks for the code that a terminal shows. */
export function sendCodePage(reply: FastifyReply, random: Random): FastifyReply {
  const title = 'Sign a command line in'
  const body = html`<h1>${title}</h1>
<form method="get" action="${paths.device}">
<label for="code">The code that the terminal shows</label>
<p><input class="code" id="code" name="user_code" required maxlength="16" autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus placeholder="XXXX-XXXX"></p>
<p><button type="submit">Continue</button></p>
</form>
<p class="soft">Only for a command that you started yourself: nobody who helps you needs a code entered here.</p>`
  return sendForm(reply, title, body, random)
}

/** Says that the terminal goes on, or does not. */
export function sendDecidedPage(
  reply: FastifyReply,
  isAllowed: boolean,
  random: Random,
): FastifyReply {
  const nonce = newNonce(random)
  const title = isAllowed ? 'The command is signed in' : 'The command is not signed in'
  const rest = isAllowed
    ? 'The terminal goes on in a moment. You may close this window.'
    : 'It was told so, and has nothing. You may close this window.'
  return reply
    .header('content-security-policy', pagePolicy(nonce))
    .type('text/html; charset=utf-8')
    .send(
      layout(
        title,
        nonce,
        html`<h1>${title}</h1>
<p>${rest}</p>`,
      ),
    )
}

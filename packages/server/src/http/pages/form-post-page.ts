/** The page that carries a SAML message to the identity provider by a form (HTTP-POST binding). */
import type { FastifyReply } from 'fastify'
import { formPostPolicy } from '../security-headers.ts'
import { html, Markup } from './html.ts'
import { layout, newNonce } from './layout.ts'

/** Sends a page that posts `fields` to `url` by itself, or by its button where scripts are off. */
export function sendFormPostPage(
  reply: FastifyReply,
  form: { readonly url: string; readonly fields: Readonly<Record<string, string>> },
  random: (bytes: number) => Uint8Array,
  title = 'Going to the sign-in page',
): FastifyReply {
  const nonce = newNonce(random)
  const inputs = Object.entries(form.fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`.text,
  )
  const body = html`<h1>${title}</h1>
<form method="post" action="${form.url}">
${new Markup(inputs.join('\n'))}
<button type="submit">Continue</button>
</form>`
  return reply
    .header('content-security-policy', formPostPolicy(nonce, form.url))
    .type('text/html; charset=utf-8')
    .send(layout(title, nonce, body, 'document.forms[0].submit()'))
}

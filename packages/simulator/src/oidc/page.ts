import type { Outgoing } from '../http/exchange.ts'
import { html, pageResponse } from '../http/html.ts'
import { idpStyle as style } from '../idp/style.ts'
import { jwtAlgorithms } from './jwt.ts'

/** The form that mints a token; `token` shows the one that was made last, `wrong` why none was. */
export function mintPage(options: {
  readonly issuers: readonly string[]
  readonly token?: string
  readonly wrong?: string
}): Outgoing {
  const { issuers, token, wrong } = options
  const choice = (name: string, values: readonly string[]) =>
    html`<select id="${name}" name="${name}" data-testid="oidc-${name}">${values.map(
      value => html`<option>${value}</option>`,
    )}</select>`
  const field = (name: string, label: string, value = '') =>
    html`<label for="${name}">${label}</label><input id="${name}" name="${name}" value="${value}" autocomplete="off" spellcheck="false" data-testid="oidc-${name}">`
  const body = html`<main><p class="brand"><i aria-hidden="true">T</i> Web identity tokens</p>
<div class="card"><h1>Mint a token</h1>
<p class="muted">For AssumeRoleWithWebIdentity. Programs post the same fields to <code>/oidc/token</code>.</p>
${wrong !== undefined && html`<p class="wrong" role="alert" data-testid="oidc-error">${wrong}</p>`}
${token !== undefined && html`<p class="muted" data-testid="oidc-token">${token}</p>`}
<form method="post" action="/oidc">
<label for="issuer">Issuer</label><p>${choice('issuer', issuers)}</p>
${field('subject', 'Subject', 'repo:acme/app:ref:refs/heads/main')}${field('audience', 'Audience (empty: the provider’s first)')}${field('claims', 'Further claims (JSON)', '{}')}${field('expiresInSeconds', 'Seconds until it expires', '3600')}
<label for="algorithm">Algorithm</label><p>${choice('algorithm', jwtAlgorithms)}</p>
<button data-testid="oidc-mint">Mint</button></form></div>
<footer>Simulated OpenID Connect issuer. Its keys end with this process.</footer></main>`
  return pageResponse({
    status: wrong === undefined ? 200 : 400,
    title: 'Web identity tokens – simulator',
    style,
    body,
    formAction: ["'self'"],
  })
}

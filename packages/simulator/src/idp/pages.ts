import type { SimulatorErrorCode } from '../errors.ts'
import { simulatorErrors } from '../errors.ts'
import type { Outgoing } from '../http/exchange.ts'
import { type Html, html, pageResponse } from '../http/html.ts'
import type { Person } from '../world/loaded.ts'
import type { ServiceProvider } from './service-providers.ts'
import { idpStyle as style } from './style.ts'

function frame(content: Html): Html {
  return html`<main><p class="brand"><i aria-hidden="true">C</i> Company sign-in</p>
<div class="card">${content}</div>
<footer>Simulated company identity provider. For demos and tests.</footer></main>`
}

/** The sign-in form. `request` is the pending SAML request, or '' for the IdP's own page. */
export function signInPage(options: {
  readonly request: string
  readonly title: string | undefined
  readonly username?: string
  readonly isWrong?: boolean
}): Outgoing {
  const { request, title, username = '', isWrong = false } = options
  const body = frame(html`<h1>Sign in</h1>
<p class="muted">${title === undefined ? 'to your company account' : html`to continue to <strong>${title}</strong>`}</p>
${isWrong && html`<p class="wrong" role="alert" data-testid="idp-error">That user name or password is not right. Try again.</p>`}
<form method="post" action="/signin"><input type="hidden" name="request" value="${request}">
<label for="username">User name</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" required${!isWrong && html` autofocus`} data-testid="idp-username">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${isWrong && html` autofocus`} data-testid="idp-password">
<button data-testid="idp-submit">Sign in</button></form>`)
  return pageResponse({
    status: isWrong ? 401 : 200,
    title: 'Sign in – company',
    style,
    body,
    formAction: ["'self'"],
  })
}

/** The page that carries a message to a service provider: at once with scripts, by its button without. */
export function postPage(options: {
  readonly action: string
  readonly heading: string
  readonly title: string
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly headers?: Outgoing['headers']
}): Outgoing {
  const { action, heading, title, fields, headers } = options
  const inputs = Object.entries(fields).map(
    ([name, value]) =>
      value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`,
  )
  const body = frame(html`<h1>${heading}</h1>
<p class="muted">Taking you to <strong>${title}</strong>.</p>
<form method="post" action="${action}">${inputs}<button data-testid="idp-continue">Continue</button></form>`)
  return pageResponse({
    title: 'Signing in – company',
    style,
    body,
    script: 'document.forms[0].submit()',
    // Chromium holds the redirects that follow a form to this too, and a service provider may send its
    // visitor on to another origin at once: naming the ACS alone would end such sign-ins here.
    formAction: ['http:', 'https:'],
    ...(headers === undefined ? {} : { headers }),
  })
}

/** The IdP's own page: who is signed in, and where one can go from here. */
export function homePage(person: Person, providers: readonly ServiceProvider[]): Outgoing {
  const links = providers.map(
    provider =>
      html`<li><a href="/sso/start?sp=${encodeURIComponent(provider.entityId)}">${provider.title}</a></li>`,
  )
  const body = frame(html`<h1>${person.displayName}</h1>
<p class="muted" data-testid="idp-person">Signed in as ${person.username}</p>
${links.length > 0 && html`<p>Applications</p><ul>${links}</ul>`}
<form method="post" action="/signout"><button data-testid="idp-signout">Sign out</button></form>`)
  // Signing out goes through the service providers, and Chromium holds redirects to this too.
  const formAction = ["'self'", 'http:', 'https:']
  return pageResponse({ title: 'Company sign-in', style, body, formAction })
}

/** Says that a SAML request is refused, why, and what to do. */
export function refusalPage(code: SimulatorErrorCode, detail: string): Outgoing {
  const { meaning, remedy } = simulatorErrors[code]
  const body =
    frame(html`<h1>This sign-in cannot go on</h1><p data-testid="idp-refusal">${meaning}</p>
<p class="muted">${detail}</p><p>${remedy}</p>`)
  return pageResponse({ status: 400, title: 'Refused – company sign-in', style, body })
}

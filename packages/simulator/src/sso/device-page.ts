import { bodyText, type Incoming, isForm, type Outgoing } from '../http/exchange.ts'
import { isFromHere } from '../http/from-here.ts'
import { type Html, html, pageResponse } from '../http/html.ts'
import { isPassword } from '../idp/password.ts'
import { idpStyle as style } from '../idp/style.ts'
import type { SsoState } from './operation.ts'

/** The page on which a person allows a program to sign in as them, or refuses (RFC 8628, section 3.3). */
export function devicePage(state: SsoState, request: Incoming): Outgoing {
  const asked = new URLSearchParams(request.query).get('user_code') ?? ''
  if (request.method !== 'POST') return form({ userCode: asked.slice(0, 20) })
  if (!isFromHere(request, state.origin)) {
    return form({ userCode: '', wrong: 'The form was sent from another site.' })
  }
  const fields = new URLSearchParams(isForm(request) ? bodyText(request) : '')
  const userCode = (fields.get('user_code') ?? '').trim().toUpperCase().slice(0, 20)
  const username = (fields.get('username') ?? '').slice(0, 256)
  const person = state.world.people.get(username)
  if (!isPassword(fields.get('password') ?? '', person)) {
    return form({ userCode, username, wrong: 'That user name or password is not right.' })
  }
  if (state.grants.findDevice(userCode)?.answer !== 'waiting') {
    return form({ userCode, username, wrong: 'That code is not known, was used, or has expired.' })
  }
  const isAllowed = fields.get('answer') !== 'refuse'
  state.grants.answerDevice(userCode, isAllowed ? person : 'refused')
  const body = frame(html`<h1>${isAllowed ? 'Allowed' : 'Refused'}</h1>
<p data-testid="device-answer">${isAllowed ? `The program may now act as ${person.displayName}.` : 'The program gets nothing.'} You can close this page.</p>`)
  return pageResponse({ title: 'Device sign-in – simulator', style, body })
}

function form(options: {
  readonly userCode: string
  readonly username?: string
  readonly wrong?: string
}): Outgoing {
  const { userCode, username = '', wrong } = options
  const body = frame(html`<h1>Allow a program to sign in</h1>
<p class="muted">Only if you started it yourself, and it shows this code.</p>
${wrong !== undefined && html`<p class="wrong" role="alert" data-testid="device-error">${wrong}</p>`}
<form method="post" action="/device">
<label for="user_code">Code</label>
<input id="user_code" name="user_code" value="${userCode}" autocomplete="off" spellcheck="false" required data-testid="device-code">
<label for="username">User name</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" required data-testid="device-username">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required data-testid="device-password">
<p><button name="answer" value="allow" data-testid="device-allow">Allow</button></p>
<button name="answer" value="refuse" data-testid="device-refuse">Refuse</button></form>`)
  return pageResponse({
    status: wrong === undefined ? 200 : 400,
    title: 'Device sign-in – simulator',
    style,
    body,
    formAction: ["'self'"],
  })
}

const frame = (content: Html): Html =>
  html`<main><p class="brand"><i aria-hidden="true">D</i> Device sign-in</p><div class="card">${content}</div>
<footer>Simulated IAM Identity Center. For demos and tests.</footer></main>`

import type { Outgoing } from '../http/exchange.ts'
import { type Html, html, pageResponse } from '../http/html.ts'
import { awsAcs } from '../tenants/aws-response.ts'
import type { KeycloakPerson, LoadedKeycloak } from './loaded.ts'

/**
 * Pages as Keycloak's themes build them, by the ids, names and order that sign-ins go by: `base` of 24
 * and `keycloak.v2` of 26. Their words are those of Keycloak's English messages.
 */
export interface PageOptions {
  readonly version: LoadedKeycloak['version']
  /** Where its forms go. */
  readonly action: string
  readonly error?: string | undefined
  readonly canTryAnotherWay?: boolean
  readonly headers?: Outgoing['headers']
}

const style = 'body{font-family:sans-serif;max-width:28rem;margin:4rem auto}'

function page(
  title: string,
  body: Html,
  { headers }: Pick<PageOptions, 'headers'> = {},
  status = 200,
) {
  return pageResponse({
    ...{ status, title: 'Sign in to company', style },
    body: html`<h1 id="kc-page-title">${title}</h1>${body}`,
    formAction: ["'self'", 'https:'],
    ...(headers === undefined ? {} : { headers }),
  })
}

/** What was wrong with a field, where each theme puts it. */
function fieldError({ version, error }: PageOptions, field: string): Html | undefined {
  if (error === undefined) return undefined
  return version === 24
    ? html`<span id="${field === 'username' ? 'input-error' : `input-error-${field}`}" aria-live="polite">${error}</span>`
    : html`<div class="pf-m-error" id="input-error-${field}"><span>${error}</span></div>`
}

function anotherWay({ action, canTryAnotherWay }: PageOptions): Html | undefined {
  if (canTryAnotherWay !== true) return undefined
  return html`<form id="kc-select-try-another-way-form" action="${action}" method="post">
<input type="hidden" name="tryAnotherWay" value="on"><a id="try-another-way" href="#">Try Another Way</a></form>`
}

/** Username, password, or both. */
export function loginPage(
  options: PageOptions & {
    readonly fields: readonly ('username' | 'password')[]
    readonly username?: string
  },
): Outgoing {
  const { action, fields, username = '' } = options
  const inputs = fields.map(field =>
    field === 'username'
      ? html`<label for="username">Username or email</label><input id="username" name="username" value="${username}" type="text">`
      : html`<label for="password">Password</label><input id="password" name="password" value="" type="password">`,
  )
  const body = html`<form id="kc-form-login" action="${action}" method="post">${inputs}
${fieldError(options, fields[0] ?? 'username')}
<input type="hidden" id="id-hidden-input" name="credentialId"><button name="login" id="kc-login" type="submit">Sign In</button></form>`
  return page('Sign in to your account', body, options)
}

/** One-time codes; of several apps one is chosen, by radio buttons or by a script. */
export function oneTimeCodePage(options: PageOptions, { totp }: KeycloakPerson): Outgoing {
  const { version, action } = options
  const id = (place: number) => `credential-${place}`
  const choices =
    totp.length < 2
      ? undefined
      : totp.map(({ label }, place) =>
          version === 24
            ? html`<input id="kc-otp-credential-${place}" type="radio" name="selectedCredentialId" value="${id(place)}"${place === 0 && html` checked="checked"`}>
<label for="kc-otp-credential-${place}"><span>${label}</span></label>`
            : html`<div id="kc-otp-credential-${place}" onclick="toggleOTP(${place}, '${id(place)}')"><span>${label}</span></div>`,
        )
  const hidden =
    version === 26 &&
    html`<input id="selectedCredentialId" type="hidden" name="selectedCredentialId" value="${id(0)}">`
  const body = html`<form id="kc-otp-login-form" action="${action}" method="post">${hidden}${choices}
<label for="otp">One-time code</label><input id="otp" name="otp" autocomplete="one-time-code" type="text">
${fieldError(options, version === 24 ? 'otp-code' : 'otp')}
<button name="login" id="kc-login" type="submit">Sign In</button></form>${anotherWay(options)}`
  return page('Sign in to your account', body, options)
}

/** A security key; the challenge stands in the page's script. */
export function securityKeyPage(
  options: PageOptions & { readonly challenge: string; readonly rpId: string },
  { securityKeys }: KeycloakPerson,
): Outgoing {
  const { version, action, challenge, rpId } = options
  const names = [
    'clientDataJSON',
    'authenticatorData',
    'signature',
    'credentialId',
    'userHandle',
    'error',
  ]
  const body = html`<form id="webauth" action="${action}" method="post">
${names.map(name => html`<input type="hidden" id="${name}" name="${name}">`)}</form>
<form id="authn_select">${securityKeys.map(({ id }) => html`<input type="hidden" name="authn_use_chk" value="${id}">`)}</form>
<input id="authenticateWebAuthnButton" type="button" value="Sign in with Security Key">${anotherWay(options)}`
  const script =
    version === 24
      ? `function webAuthnAuthenticate() { let isUserIdentified = true; } function doAuthenticate(allowCredentials) {
  let challenge = "${challenge}"; let userVerification = "not specified"; let rpId = "${rpId}"; let createTimeout = 0; }`
      : `const input = { isUserIdentified : true, challenge : '${challenge}', userVerification : 'not specified',
  rpId : '${rpId}', createTimeout : 0, errmsg : "WebAuthn is not supported by this browser." };`
  return pageResponse({
    ...{ title: 'Sign in to company', style, script, formAction: ["'self'"] },
    body: html`<h1 id="kc-page-title">Security Key login</h1>${body}`,
  })
}

/** After a key that did not do. */
export function securityKeyErrorPage(options: PageOptions): Outgoing {
  const body = html`<div class="${options.version === 24 ? 'alert-error' : 'pf-m-danger'}"><span class="kc-feedback-text">${options.error}</span></div>
<form id="kc-error-credential-form" action="${options.action}" method="post">
<input type="hidden" id="executionValue" name="authenticationExecution"><input type="hidden" id="isSetRetry" name="isSetRetry"></form>`
  return page('Security Key Error', body, options)
}

export function recoveryCodePage(options: PageOptions, number: number): Outgoing {
  const body = html`<form id="kc-recovery-code-login-form" action="${options.action}" method="post">
<label for="recoveryCodeInput">Recovery code #${number}</label><input id="recoveryCodeInput" name="recoveryCodeInput" type="text">
${options.version === 24 ? options.error !== undefined && html`<span id="input-error">${options.error}</span>` : fieldError(options, 'recoveryCodeInput')}
<button name="login" id="kc-login" type="submit">Sign In</button></form>${anotherWay(options)}`
  return page('Login with a recovery authentication code', body, options)
}

/** The ways that a person has. */
export function selectWayPage(
  options: PageOptions,
  ways: readonly { readonly id: string; readonly label: string }[],
): Outgoing {
  const { version, action } = options
  const body =
    version === 24
      ? html`<form id="kc-select-credential-form" action="${action}" method="post">${ways.map(
          ({ id, label }) =>
            html`<button type="submit" name="authenticationExecution" value="${id}"><div class="select-auth-box-headline">${label}</div></button>`,
        )}</form>`
      : html`<ul>${ways.map(
          ({ id, label }) =>
            html`<li><form id="kc-select-credential-form" action="${action}" method="post"><input type="hidden" name="authenticationExecution" value="${id}"></form><h2>${label}</h2></li>`,
        )}</ul>`
  return page('Select login method', body, options)
}

export function requiredActionPage(options: PageOptions): Outgoing {
  const body = html`<div class="alert-warning"><span class="kc-feedback-text">You need to change your password to activate your account.</span></div>
<form id="kc-passwd-update-form" action="${options.action}" method="post"><input id="password-new" name="password-new" type="password"><input name="password-confirm" type="password"></form>`
  return page('Update password', body, options)
}

export function consentPage(options: PageOptions): Outgoing {
  const body = html`<form action="${options.action}" method="post"><input type="hidden" name="code" value="1">
<input name="accept" id="kc-login" type="submit" value="Yes"><input name="cancel" id="kc-cancel" type="submit" value="No"></form>`
  return page('Grant Access to urn:amazon:webservices', body, options)
}

export function expiredPage(restart: string, action: string): Outgoing {
  const body = html`<p id="instruction1">To restart the login process <a id="loginRestartLink" href="${restart}">Click here</a>.
To continue the login process <a id="loginContinueLink" href="${action}">Click here</a>.</p>`
  return page('Page has expired', body)
}

export function errorPage(status: number, message: string): Outgoing {
  const body = html`<div id="kc-error-message"><p class="instruction">${message}</p></div>`
  return page('We are sorry...', body, {}, status)
}

export function logoutPage(action: string, code: string): Outgoing {
  const body = html`<form action="${action}" method="POST"><input type="hidden" name="session_code" value="${code}"><input name="confirmLogout" id="kc-logout" type="submit" value="Logout"></form>`
  return page('Logging out', body)
}

/** The response for AWS, in a form that a browser sends by itself. */
export function samlPage(samlResponse: string, headers: Outgoing['headers']): Outgoing {
  return pageResponse({
    ...{ title: 'Authentication Redirect', style, headers, formAction: ['https:'] },
    script: 'document.forms[0].submit()',
    body: html`<form name="saml-post-binding" method="post" action="${awsAcs}"><input type="hidden" name="SAMLResponse" value="${samlResponse}">
<noscript><input type="submit" value="Continue"></noscript></form>`,
  })
}

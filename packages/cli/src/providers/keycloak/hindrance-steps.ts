import { Failure } from '../../failure.ts'
import { type Form, type Page, quoted } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { answerPage } from './answer-page.ts'
import { pageError } from './page-error.ts'
import type { Step, Visit } from './visit.ts'

/** Keycloak's required actions, by the names that stand in the address. */
const actions: Readonly<Record<string, string>> = {
  UPDATE_PASSWORD: 'you must choose a new password',
  CONFIGURE_TOTP: 'you must set up an authenticator app',
  CONFIGURE_RECOVERY_AUTHN_CODES: 'you must note recovery codes',
  VERIFY_EMAIL: 'you must confirm your e-mail address',
  UPDATE_EMAIL: 'you must give an e-mail address',
  UPDATE_PROFILE: 'you must complete your profile',
  VERIFY_PROFILE: 'you must complete your profile',
  TERMS_AND_CONDITIONS: 'you must accept the terms and conditions',
  'WEBAUTHN-REGISTER': 'you must set up a security key',
  'WEBAUTHN-REGISTER-PASSWORDLESS': 'you must set up a passkey',
}

/** What the person must do at Keycloak before anything else. */
export const requiredActionStep: Step = (visit, { answer, page }) => {
  const urls = [answer.url, ...page.forms.map(({ action }) => action ?? '')]
  const url = urls.find(each => /\/login-actions\/required-action\b/.test(each))
  if (url === undefined) return undefined
  const execution = new URL(url).searchParams.get('execution') ?? ''
  const what =
    actions[execution.toUpperCase()] ?? `it wants something of you (${quoted(execution)})`
  throw new Failure(
    'signInRefused',
    `Keycloak: ${what}`,
    `do it once there; ${browserHint(visit.connection)}`,
  )
}

/** An application that asks whether it may know who the person is. */
export const consentStep: Step = (visit, shown) => {
  const form = shown.page.forms.find(
    each => each.field('accept') !== undefined && each.field('cancel') !== undefined,
  )
  if (form === undefined) return undefined
  return answerPage(visit, shown, form, () => agree(visit, shown.page, form))
}

async function agree(visit: Visit, page: Page, form: Form) {
  const wanted = quoted(page.text('#kc-page-title') || 'The application asks for access')
  if (!(await visit.parts.ask.confirm({ message: `${wanted} — agree?` }))) {
    throw new Failure('signInRefused', 'you did not agree to what Keycloak asked for')
  }
  return { accept: form.field('accept')?.value || 'Yes' }
}

/** A page that has expired, or another one of the same sign-in: from the beginning, once. */
export const expiredStep: Step = (visit, { answer, page }) => {
  const href = page.attribute('a#loginRestartLink', 'href')
  const url = href === undefined ? null : URL.parse(href, answer.url)
  const isOwn = url?.origin === new URL(answer.url).origin
  if (url === null || !isOwn || visit.done.has('restart')) return undefined
  visit.done.add('restart')
  visit.last = undefined
  return visit.web.get(url.href)
}

/** Keycloak's page of errors, and every page that is not known. */
export const unknownStep: Step = (visit, { answer, page }) => {
  const { host } = new URL(answer.url)
  const hint = browserHint(visit.connection)
  if (answer.location !== undefined) {
    const to = new URL(answer.location).host
    throw new Failure('provider', `${host} sends you on to ${to} to sign in`, hint)
  }
  const error =
    page.text('#kc-error-message') === undefined ? undefined : pageError(page, visit.connection)
  if (error !== undefined) {
    const check = `check the address: …/realms/REALM/protocol/saml/clients/NAME; or ${hint}`
    throw new Failure('provider', `Keycloak: ${error}`, check)
  }
  if (page.attribute('#kc-social-providers', 'id') !== undefined) {
    const message = 'Keycloak signs in through other identity providers alone'
    throw new Failure('provider', message, `name one of them as kc_broker, or ${hint}`)
  }
  const title = page.title === '' ? '' : ` "${quoted(page.title)}"`
  throw new Failure(
    'provider',
    `${host} shows a page${title} that is not known here (status ${answer.status})`,
    hint,
  )
}

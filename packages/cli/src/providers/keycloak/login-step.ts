import { Failure } from '../../failure.ts'
import type { Form, Page } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { answerError, pageError } from './page-error.ts'
import type { Step, Visit } from './visit.ts'

/** `kc_broker`: the identity provider behind Keycloak that the person chooses there. */
export const brokerStep: Step = (visit, { answer, page }) => {
  const alias = visit.connection.keycloak.broker
  if (alias === undefined || visit.done.has('broker') || loginForm(page) === undefined)
    return undefined
  visit.done.add('broker')
  if (!/^[\w.-]+$/.test(alias)) throw noBroker(visit, alias)
  const href = page.attribute(`#social-${alias}`, 'href')
  if (href === undefined) throw noBroker(visit, alias)
  const url = URL.parse(href, answer.url)
  if (url === null) throw noBroker(visit, alias)
  return visit.web.get(url.href)
}

function noBroker({ connection }: Visit, alias: string): Failure {
  return new Failure(
    'configuration',
    `Keycloak's sign-in page has no identity provider "${alias}"`,
    `kc_broker is the alias at the end of the button's address; or ${browserHint(connection)}`,
  )
}

/** Username and password, together or one after the other. */
export const loginStep: Step = (visit, { answer, page }) => {
  const form = loginForm(page)
  if (form === undefined) return undefined
  return answerLogin(visit, answer.url, page, form)
}

async function answerLogin(visit: Visit, from: string, page: Page, form: Form) {
  // A password belongs to the host that the connection names, or to the broker that it names.
  if (form.action === undefined || new URL(form.action).origin !== new URL(from).origin) {
    const host = form.action === undefined ? 'no web address' : new URL(form.action).host
    throw new Failure(
      'provider',
      `the sign-in form leads to ${host}, not to ${new URL(from).host}: nothing was sent`,
      'write the address that Keycloak calls itself (its hostname) as url of the connection',
    )
  }
  // After the username alone comes the form for the password: that is no refusal.
  const names = ['username', 'password'].filter(name => form.field(name) !== undefined)
  const asked = names.join()
  const error = visit.done.has(`asked ${asked}`)
    ? answerError(visit, page, 'login')
    : pageError(page, visit.connection)
  if (error !== undefined) {
    // A disabled or locked account stays so: more passwords would only lock it for longer.
    if (!/invalid|incorrect|wrong|not (?:valid|match)|try again/i.test(error)) {
      throw new Failure('signInRefused', `Keycloak: ${error}`)
    }
    visit.logins.refused(`Keycloak: ${error}`)
  }
  const login = await visit.logins.get()
  visit.done.add(`asked ${asked}`)
  visit.last = 'login'
  const values = names.map(name => [name, name === 'username' ? login.username : login.password])
  return await visit.web.submit(form, Object.fromEntries(values))
}

/** The form by its id, or, in a theme of one's own, by its fields. */
function loginForm(page: Page): Form | undefined {
  const isLogin = (form: Form) =>
    form.method === 'POST' &&
    (form.field('username') !== undefined || form.field('password')?.type === 'password') &&
    form.field('password-new') === undefined
  return (
    page.forms.find(form => form.id === 'kc-form-login' && isLogin(form)) ??
    page.forms.find(isLogin)
  )
}

import { Failure } from '../../failure.ts'
import type { Form, Page } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { answerPage } from './answer-page.ts'
import { answerError, pageError } from './page-error.ts'
import type { Shown, Step, Visit } from './visit.ts'

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
export const loginStep: Step = (visit, shown) => {
  const form = loginForm(shown.page)
  if (form === undefined) return undefined
  return answerPage(visit, shown, form, () => loginOf(visit, shown, form))
}

async function loginOf(visit: Visit, { page }: Shown, form: Form) {
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
  return Object.fromEntries(values)
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

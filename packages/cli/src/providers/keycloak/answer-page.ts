import { Failure } from '../../failure.ts'
import type { Form, WebAnswer } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Shown, Visit } from './visit.ts'

/**
 * Sends a form with what the person gave: to the host of its page, and that is the one that the connection
 * names, or the first one that its broker shows a page of. Throws `Failure` `provider` for any other.
 */
export async function answerPage(
  visit: Visit,
  { answer }: Shown,
  form: Form,
  give: () => Promise<Readonly<Record<string, string>>>,
): Promise<WebAnswer> {
  const { origin, host } = new URL(answer.url)
  if (form.action === undefined || new URL(form.action).origin !== origin) {
    const to = form.action === undefined ? 'no web address' : new URL(form.action).host
    throw new Failure(
      'provider',
      `the sign-in form leads to ${to}, not to ${host}: nothing was sent`,
      'write the address that Keycloak calls itself (its hostname) as url of the connection',
    )
  }
  const own = new URL(visit.connection.url)
  if (origin !== own.origin) {
    if (visit.brokerOrigin === undefined) {
      visit.parts.ask.tell(`${own.host} leads to ${host}: username and password go there`)
    }
    visit.brokerOrigin ??= origin
    if (origin !== visit.brokerOrigin) {
      throw new Failure(
        'provider',
        `the sign-in leads from ${new URL(visit.brokerOrigin).host} on to ${host}: nothing was sent there`,
        browserHint(visit.connection),
      )
    }
  }
  return await visit.web.submit(form, await give())
}

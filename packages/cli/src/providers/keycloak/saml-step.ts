import { Failure } from '../../failure.ts'
import type { WebAnswer } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Shown, Step } from './visit.ts'

/**
 * SAML between Keycloak and a broker behind it, in forms that a browser sends by itself: a request on
 * its way there, a response on its way back. The response for AWS is another one.
 */
export const brokerMessageStep: Step = (visit, shown) => {
  const form = shown.page.forms.find(
    each =>
      each.field('SAMLRequest') !== undefined ||
      isForBroker(each.action, each.field('SAMLResponse')),
  )
  if (form === undefined) return undefined
  if (visit.connection.keycloak.broker === undefined || form.action === undefined) {
    const to = form.action === undefined ? 'elsewhere' : `to ${new URL(form.action).host}`
    throw new Failure(
      'provider',
      `Keycloak sends you on ${to} to sign in`,
      browserHint(visit.connection),
    )
  }
  visit.last = undefined
  return visit.web.submit(form)
}

/** Whether a form's response goes to Keycloak's own endpoint for brokers, and not to AWS. */
function isForBroker(action: string | undefined, response: unknown): boolean {
  return response !== undefined && /\/realms\/[^/]+\/broker\/[^/]+\/endpoint/.test(action ?? '')
}

/** Whether a page holds the response for a broker. */
export function isBrokerResponse({ page }: Shown): boolean {
  return page.forms.some(each => isForBroker(each.action, each.field('SAMLResponse')))
}

/** The status of an answer that is no page. Throws `Failure` `provider`. */
export function checkStatus({ status, url }: WebAnswer): void {
  if (status < 500) return
  throw new Failure(
    'provider',
    `${new URL(url).host} has an error of its own (status ${status})`,
    'try again later',
  )
}

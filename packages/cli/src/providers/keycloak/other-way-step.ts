import { Failure } from '../../failure.ts'
import type { Form, Page, WebAnswer } from '../../web/index.ts'
import { quoted } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Step, Visit } from './visit.ts'

/** Second factors as `mfa` names them, and the words by which Keycloak's list tells of them. */
export const kinds = {
  TOTP: /authenticator app|one-time|otp/i,
  WEBAUTHN: /passkey|security key|webauthn/i,
  RECOVERY: /recovery/i,
} as const
export type Kind = keyof typeof kinds

/** Goes to the list of ways when `mfa` names another than the page's, once and where there is one. */
export function otherWay(visit: Visit, page: Page, shown: Kind): Promise<WebAnswer> | undefined {
  const wanted = wantedKind(visit)
  if (wanted === undefined || wanted === shown) return undefined
  return toOtherWays(visit, page)
}

/** Follows "Try another way", once. */
export function toOtherWays(visit: Visit, page: Page): Promise<WebAnswer> | undefined {
  const form = page.forms.find(each => each.field('tryAnotherWay') !== undefined)
  if (form === undefined || visit.done.has('other way')) return undefined
  visit.done.add('other way')
  return visit.web.submit(form)
}

function wantedKind({ connection }: Visit): Kind | undefined {
  const wanted = connection.mfa.toUpperCase()
  return Object.keys(kinds).find((kind): kind is Kind => kind === wanted)
}

interface Way {
  readonly label: string
  readonly form: Form
  readonly value: string
}

/** The list of ways to sign in: what `mfa` names, else what the person chooses. */
export const selectWayStep: Step = (visit, { page }) => {
  const ways = waysOf(page)
  return ways.length === 0 ? undefined : chooseWay(visit, ways)
}

async function chooseWay(visit: Visit, ways: readonly Way[]): Promise<WebAnswer> {
  if (visit.done.has('chosen way')) {
    throw new Failure(
      'provider',
      'Keycloak shows the list of ways to sign in again',
      browserHint(visit.connection),
    )
  }
  visit.done.add('chosen way')
  // The list is there because the page's own way did not do: it is not asked for a second time.
  visit.done.add('other way')
  const way = await wayFor(visit, ways)
  return await visit.web.submit(way.form, { authenticationExecution: way.value })
}

async function wayFor(visit: Visit, ways: readonly Way[]): Promise<Way> {
  const wanted = wantedKind(visit)
  const fits = ways.filter(({ label }) => wanted === undefined || kinds[wanted].test(label))
  const [first, ...others] = fits
  if (first !== undefined && others.length === 0) return first
  if (fits.length === 0) {
    visit.parts.ask.tell(`Keycloak offers no ${wanted ?? 'way'} here`)
  }
  const list = fits.length === 0 ? ways : fits
  return await visit.parts.ask.choice({
    message: 'How do you want to sign in?',
    choices: list.map(way => ({ value: way, label: way.label })),
  })
}

/** One form with a button for each way (`base`), or one form for each way (`keycloak.v2`). */
function waysOf(page: Page): readonly Way[] {
  const found = page.forms.flatMap(form =>
    form.fields
      .filter(({ name }) => name === 'authenticationExecution')
      .map(({ value }) => ({ form, value })),
  )
  const labels = ['.select-auth-box-headline', 'h2', '.pf-c-data-list__cell']
    .map(place => page.texts(place))
    .find(texts => texts.length === found.length)
  return found.map((way, place) => ({
    ...way,
    label: quoted(labels?.[place] || `way ${place + 1}`),
  }))
}

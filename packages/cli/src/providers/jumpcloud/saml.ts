import { findSamlForm, notUnderstood, quoted, readPage, type WebAnswer } from '../../web/index.ts'
import type { Assertion } from '../provider.ts'
import { browserCommand, notLetIn } from './refusals.ts'
import type { Step } from './step.ts'

const sessionCookie = '_jumpcloud_user_console_'

/** What the application's address gives: the response, or that JumpCloud wants a sign-in first. */
export type AppAnswer =
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'signIn'; readonly error: string | undefined }

/** Opens the application with the session as it is. Throws `Failure` when it is not the person's to open. */
export async function openApplication(step: Step, url: string): Promise<AppAnswer> {
  shareSession(step, url)
  const answer = await step.session.get(url)
  const page = readPage(answer.body, answer.url)
  const assertion = findSamlForm(page, answer.url)
  if (assertion !== undefined) return { kind: 'assertion', assertion }
  const login = [answer.location, answer.url].find(
    address => address !== undefined && /^\/login\b/.test(new URL(address).pathname),
  )
  if (login !== undefined) {
    return { kind: 'signIn', error: new URL(login).searchParams.get('error') ?? undefined }
  }
  throw notOpened(step, answer, page.title)
}

/** A sign-in was just done, and JumpCloud asks for it again: a policy that only it knows. */
export function notOpenedBy(error: string | undefined, step: Step): Error {
  const why = error === undefined ? 'it wants another sign-in' : `error ${quoted(error)}`
  return notLetIn(
    `${why}; a policy may want a managed device, a certificate or another network`,
    step.connection,
  )
}

function notOpened(step: Step, answer: WebAnswer, title: string): Error {
  if (answer.location !== undefined) {
    return notLetIn(`it leads to ${new URL(answer.location).host}`, step.connection)
  }
  const shown = title === '' ? '' : `: "${quoted(title)}"`
  if (answer.status === 403 || answer.status === 404) {
    return notLetIn(
      `status ${answer.status}${shown}; is the application yours, and its URL right?`,
      step.connection,
    )
  }
  return notUnderstood(
    new URL(answer.url).host,
    `there should be a SAML response, there is status ${answer.status}${shown}`,
    browserCommand(step.connection),
  )
}

/** The session's cookie is the console's; where that does not say so itself, the tenant's other host gets it too. */
function shareSession({ session, hosts }: Step, url: string): void {
  const address = new URL(url)
  if (!hosts.isOwn(address) || session.cookies.value(url, sessionCookie) !== undefined) return
  const value = session.cookies.value(`${hosts.console}/userconsole/`, sessionCookie)
  if (value === undefined) return
  const secure = address.protocol === 'https:' ? '; Secure' : ''
  session.cookies.set(url, `${sessionCookie}=${value}; Path=/; HttpOnly${secure}`)
}

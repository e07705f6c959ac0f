import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import { type Page, quoted } from '../../web/index.ts'
import type { PageKind, Visit } from './visit.ts'

/** Where the themes `base`, `keycloak` and `keycloak.v2` put what was wrong with an answer. */
const places = [
  '#input-error',
  '#input-error-username',
  '#input-error-password',
  '#input-error-otp-code',
  '#input-error-otp',
  '#input-error-recoveryCodeInput',
  '.alert-error',
  '.pf-m-danger',
  '#kc-error-message',
]

/**
 * What a page says was wrong; undefined when it says nothing. `kc_auth_error_element` names one more
 * place, for themes of one's own, and `kc_auth_error_message` is a pattern that text in it must fit.
 */
export function pageError(page: Page, connection: Connection): string | undefined {
  const { authErrorElement, authErrorMessage } = connection.keycloak
  const own = authErrorElement === undefined ? undefined : ownError(page, connection)
  const found = own ?? places.map(place => page.text(place)).find(text => (text ?? '') !== '')
  if (found === undefined || found === '') return undefined
  if (own !== undefined && authErrorMessage !== undefined) {
    if (!pattern(authErrorMessage, connection).test(own.slice(0, 1000))) return undefined
  }
  return quoted(found)
}

function ownError(page: Page, connection: Connection): string | undefined {
  const { authErrorElement = '' } = connection.keycloak
  try {
    return page.text(authErrorElement) || undefined
  } catch {
    throw setting(
      connection,
      'kc_auth_error_element',
      authErrorElement,
      'a selector such as span#input-error',
    )
  }
}

function pattern(text: string, connection: Connection): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw setting(connection, 'kc_auth_error_message', text, 'a regular expression')
  }
}

function setting({ file, name }: Connection, key: string, value: string, wanted: string): Failure {
  const where = file === undefined ? '' : `${file}: `
  return new Failure('configuration', `${where}[${name}] ${key} = ${value} is not ${wanted}`)
}

/**
 * What the page says of the last answer, when that was to a page of the same kind. Throws `Failure`
 * `provider` for one that comes again and says nothing: it would do so for ever.
 */
export function answerError(visit: Visit, page: Page, kind: PageKind): string | undefined {
  if (visit.last !== kind) return undefined
  const error = pageError(page, visit.connection)
  if (error !== undefined) return error
  throw new Failure(
    'provider',
    `Keycloak shows the page for the ${kind} again and does not say why`,
    'look at it in a browser; for a theme of your own, kc_auth_error_element names where its errors stand',
  )
}

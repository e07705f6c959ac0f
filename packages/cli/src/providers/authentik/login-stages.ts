import { Failure } from '../../failure.ts'
import { isJsonObject, quoted, textMember } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Challenge } from './flow.ts'
import type { AuthentikSignIn, Stage } from './stage.ts'

/** `ak-stage-identification`: who it is, with the password when the stage has a field for it. */
export const identification: Stage = async (signIn, flow, challenge) => {
  const { json, error, component } = challenge
  if (isJsonObject(json.captcha_stage)) throw captcha(signIn)
  if (Array.isArray(json.user_fields) && json.user_fields.length === 0)
    throw sourcesOnly(signIn, challenge)
  if (error !== undefined) signIn.logins.refused(`authentik: ${error}`)
  const { username, password } = await signIn.logins.get()
  const more = json.password_fields === true ? { password } : {}
  return await flow.answer(component, { uid_field: username, ...more })
}

/** `ak-stage-password` */
export const password: Stage = async (signIn, flow, { component, error }) => {
  if (error !== undefined) signIn.logins.refused(`authentik: ${error}`)
  const login = await signIn.logins.get()
  return await flow.answer(component, { password: login.password })
}

/** `ak-stage-user-login`, where the person may stay signed in: as long as sessions are kept here. */
export const userLogin: Stage = async ({ connection }, flow, { component }) =>
  await flow.answer(component, { remember_me: !connection.disableSessions })

/** `ak-stage-consent` */
export const consent: Stage = async ({ parts }, flow, { json, component }) => {
  const header = textMember(json, 'header_text', 500) || 'The application asks for access'
  const permissions = Array.isArray(json.permissions) ? json.permissions.filter(isJsonObject) : []
  const names = permissions.map(each => textMember(each, 'name', 200)).filter(name => name)
  const list = names.length === 0 ? '' : ` (${names.join(', ')})`
  if (!(await parts.ask.confirm({ message: `${quoted(`${header}${list}`)} — agree?` }))) {
    throw new Failure('signInRefused', 'you did not agree to what authentik asked for')
  }
  return await flow.answer(component, { token: textMember(json, 'token') ?? '' })
}

/** A captcha is there to tell people from programs. */
export function captcha({ connection }: AuthentikSignIn): Failure {
  return new Failure('provider', 'authentik asks for a captcha', browserHint(connection))
}

/** The stage offers no name to type, only sources: other identity providers. */
function sourcesOnly({ connection }: AuthentikSignIn, { json }: Challenge): Failure {
  const sources = Array.isArray(json.sources) ? json.sources.filter(isJsonObject) : []
  const names = sources
    .map(each => textMember(each, 'name', 100))
    .filter(name => name !== undefined)
  const list = names.length === 0 ? 'a source' : quoted(names.join(', '))
  return new Failure(
    'provider',
    `authentik signs in through ${list} alone`,
    browserHint(connection),
  )
}

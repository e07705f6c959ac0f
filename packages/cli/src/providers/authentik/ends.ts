import { Failure } from '../../failure.ts'
import { isJsonObject, quoted, textMember } from '../../web/index.ts'
import type { Assertion } from '../provider.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Challenge } from './flow.ts'
import { captcha } from './login-stages.ts'
import type { AuthentikSignIn } from './stage.ts'

/** `ak-stage-autosubmit`: what a browser would post to AWS; undefined when there is no response in it. */
export function assertionOf({ json }: Challenge): Assertion | undefined {
  const attrs = isJsonObject(json.attrs) ? json.attrs : {}
  const samlResponse = textMember(attrs, 'SAMLResponse')
  if (samlResponse === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(samlResponse)) return undefined
  return Object.freeze({ samlResponse, acsUrl: textMember(json, 'url', 2000) })
}

/** Why a flow cannot go on here. */
export function hindrance(signIn: AuthentikSignIn, { component, json }: Challenge): Failure {
  const hint = browserHint(signIn.connection)
  if (component === 'ak-stage-access-denied') {
    const said = quoted(textMember(json, 'error_message', 2000) || 'access denied')
    return new Failure('signInRefused', `authentik: ${said}`, 'ask whoever runs authentik')
  }
  if (component === 'ak-stage-flow-error') {
    const said = quoted(textMember(json, 'error', 2000) ?? 'the flow has failed')
    const id = textMember(json, 'request_id', 100)
    const request = id === undefined ? '' : ` (request ${quoted(id)})`
    return new Failure('provider', `authentik: ${said}${request}`, hint)
  }
  if (component === 'ak-stage-captcha') return captcha(signIn)
  if (/^ak-stage-authenticator-/.test(component)) {
    return new Failure(
      'signInRefused',
      'authentik wants you to set up a second factor',
      `do it once there; ${hint}`,
    )
  }
  const message = `authentik has a stage that is not known here: ${quoted(component)}`
  return new Failure('provider', message, hint)
}

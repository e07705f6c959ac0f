import { equalTexts } from '../equal-texts.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import { fromBase32 } from '../world/base32.ts'
import type { JumpCloudPerson } from './schema.ts'
import type { ConsoleSession, Tenant } from './tenant.ts'

/** Words of our own: those of JumpCloud stand in no document. */
const refusals: Readonly<Record<string, string>> = {
  locked: 'Your account is locked. Contact your administrator.',
  suspended: 'Your account is suspended.',
  passwordExpired: 'Your password has expired. Change it in the user portal.',
}

const failed = jsonAnswer(401, { message: 'Authentication failed.' })

/** `POST /userconsole/auth`: the password, and a one-time code with it when there is one. */
export function authenticate(tenant: Tenant, session: ConsoleSession, request: Incoming): Outgoing {
  const body = jsonBody(request) ?? {}
  const text = (name: string) => {
    // saml2aws sends its keys with capitals and works.
    const key = Object.keys(body).find(each => each.toLowerCase() === name)
    const value = key === undefined ? undefined : body[key]
    return typeof value === 'string' ? value : ''
  }
  const person = tenant.people.get(text('email').toLowerCase())
  const isRight = equalTexts(text('password'), person?.password ?? '')
  if (person?.state === 'throttled') {
    return jsonAnswer(429, { message: 'Too Many Requests' }, { 'retry-after': '30' })
  }
  session.waiting = undefined
  if (person === undefined || !isRight) return failed
  const refusal = refusals[person.state]
  if (refusal !== undefined) return jsonAnswer(403, { message: refusal })
  if (text('context') === 'sso') session.redirectTo = text('redirectto')
  const factors = factorsOf(person)
  if (factors.length === 0) return signedIn(tenant, session, person)
  session.waiting = person
  const otp = text('otp')
  if (otp !== '') return withCode(tenant, session, person, otp)
  return jsonAnswer(tenant.document.factorStatus, { message: 'MFA required.', factors })
}

/** `POST /userconsole/auth/totp`. */
export function giveTotp(tenant: Tenant, session: ConsoleSession, request: Incoming): Outgoing {
  const { otp } = jsonBody(request) ?? {}
  if (session.waiting === undefined || typeof otp !== 'string') return failed
  return withCode(tenant, session, session.waiting, otp)
}

function withCode(
  tenant: Tenant,
  session: ConsoleSession,
  person: JumpCloudPerson,
  code: string,
): Outgoing {
  const { totp: seed, email } = person
  if (seed === undefined) return failed
  const isRight = tenant.factors.accepts({ serial: email, seed: fromBase32(seed) }, code)
  return isRight ? signedIn(tenant, session, person) : failed
}

/** The person is in; where the page goes on. */
export function signedIn(
  tenant: Tenant,
  session: ConsoleSession,
  person: JumpCloudPerson,
): Outgoing {
  session.person = person
  session.waiting = undefined
  const { redirectTo } = session
  return jsonAnswer(200, {
    redirectTo:
      redirectTo === undefined ? `${tenant.consoleUrl}/` : `${tenant.ssoUrl}/${redirectTo}`,
  })
}

function factorsOf({ totp, push, duo, securityKeys, unavailable }: JumpCloudPerson) {
  const has = {
    totp: totp !== undefined,
    webauthn: securityKeys.length > 0,
    push: push !== undefined,
    duo: duo !== undefined,
  }
  return (['totp', 'webauthn', 'push', 'duo'] as const).flatMap(type => {
    if (unavailable.includes(type)) return [{ type, status: 'unavailable' }]
    return has[type] ? [{ type, status: 'available' }] : []
  })
}

import { createHash } from 'node:crypto'
import { equalTexts } from '../equal-texts.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import { signedIn } from './auth.ts'
import type { ConsoleSession, Tenant } from './tenant.ts'

/** `GET /userconsole/auth/duo`: what the frame is opened with. */
export function beginDuo(tenant: Tenant, session: ConsoleSession): Outgoing {
  const duo = session.waiting?.duo
  if (session.waiting === undefined || duo === undefined) return failed
  const { email } = session.waiting
  const { push, passcode, prompt } = duo
  return jsonAnswer(200, {
    api_host: tenant.duo.host,
    sig_request: tenant.duo.request({ email, push, passcode, prompt }),
    token: tokenOf(session),
  })
}

/** `POST /userconsole/auth/duo`: Duo's proof, with what JumpCloud signed itself. */
export function endDuo(tenant: Tenant, session: ConsoleSession, request: Incoming): Outgoing {
  const { token, sig_response: response } = jsonBody(request) ?? {}
  const { waiting } = session
  if (waiting === undefined || typeof response !== 'string') return failed
  if (!equalTexts(String(token), tokenOf(session))) return failed
  return tenant.duo.verifies(response, waiting.email) ? signedIn(tenant, session, waiting) : failed
}

const failed = jsonAnswer(401, { message: 'Authentication failed.' })

const tokenOf = ({ id }: ConsoleSession) =>
  createHash('sha256').update(`duo of ${id}`).digest('base64url')

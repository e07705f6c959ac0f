import type { Incoming, Outgoing } from '../http/exchange.ts'
import { jsonAnswer } from '../http/json.ts'
import type { Prompt } from '../idp/prompts.ts'
import { signedIn } from './auth.ts'
import type { ConsoleSession, Tenant } from './tenant.ts'

const lifetimeMs = 60_000

/** `POST /userconsole/auth/push`: asks on the phone. */
export function startPush(tenant: Tenant, { waiting }: ConsoleSession): Outgoing {
  if (waiting?.push === undefined) return jsonAnswer(400, { message: 'Push is not available.' })
  const prompt = tenant.prompts.ask({ email: waiting.email, kind: 'push' }, waiting.push)
  // What the person says is known only later.
  return jsonAnswer(200, { ...pushJson(tenant, prompt), status: 'pending' })
}

/** `GET …/push/{id}`: a denied one comes as 401. */
export function pushStatus(
  tenant: Tenant,
  { waiting }: ConsoleSession,
  _: Incoming,
  id: string,
): Outgoing {
  const prompt = tenant.prompts.find(id)
  if (prompt === undefined || prompt.email !== waiting?.email) return unknown
  return jsonAnswer(prompt.status === 'denied' ? 401 : 200, pushJson(tenant, prompt))
}

/** `POST …/push/{id}/login`: once it was approved. */
export function loginPush(
  tenant: Tenant,
  session: ConsoleSession,
  _: Incoming,
  id: string,
): Outgoing {
  const prompt = tenant.prompts.find(id)
  const { waiting } = session
  if (prompt === undefined || waiting === undefined || prompt.email !== waiting.email)
    return unknown
  if (prompt.status !== 'accepted') return jsonAnswer(401, { message: 'Authentication failed.' })
  // Each is good once.
  prompt.status = 'expired'
  return signedIn(tenant, session, waiting)
}

const unknown = jsonAnswer(404, { message: 'Not Found' })

function pushJson(tenant: Tenant, { id, status, email }: Prompt) {
  const now = tenant.now().getTime()
  return {
    id,
    status,
    userId: email,
    initiatedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + lifetimeMs).toISOString(),
  }
}

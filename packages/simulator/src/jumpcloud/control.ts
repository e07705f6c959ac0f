import { foreignness } from '../control/own-request.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import type { Tenant } from './tenant.ts'

const path = '/_simulator/phones'

/** What waits on phones (GET), and how it is answered (POST `{answer, email?}`); undefined for other paths. */
export function controlPhones({ prompts }: Tenant, request: Incoming): Outgoing | undefined {
  if (request.path !== path) return undefined
  const foreign = foreignness(request)
  if (foreign !== undefined) return jsonAnswer(403, { error: foreign })
  if (request.method === 'GET') {
    return jsonAnswer(200, {
      waiting: prompts.pending().map(({ email, kind }) => ({ email, kind })),
    })
  }
  const { answer, email } = jsonBody(request) ?? {}
  const status = (['accepted', 'denied', 'expired'] as const).find(each => each === answer)
  if (request.method !== 'POST' || status === undefined) {
    return jsonAnswer(400, { error: 'POST {"answer": "accepted"}, or denied or expired' })
  }
  const count = prompts.answer(status, typeof email === 'string' ? email : undefined)
  return jsonAnswer(200, { answered: count })
}

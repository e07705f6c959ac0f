import { randomUUID } from 'node:crypto'
import type { Outgoing } from './http/exchange.ts'
import { xmlAnswer } from './query/answer.ts'
import { Fault } from './query/fault.ts'
import { errorXml } from './query/xml.ts'

/** Answers requests for what is not simulated, in a form that AWS's clients can print. */
export function unknownPath(now: Date): Outgoing {
  const requestId = randomUUID()
  const message =
    'The simulator has the APIs of AWS at /, the sign-in endpoint at /federation, the console page at /console and its token issuer at /oidc.'
  const fault = new Fault(404, 'UnknownOperationException', message)
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'
  return xmlAnswer(404, errorXml(namespace, fault, requestId), requestId, now)
}

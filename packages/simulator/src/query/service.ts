import { randomUUID } from 'node:crypto'
import { bodyText, type Incoming, isForm, type Outgoing } from '../http/exchange.ts'
import { faultOf, xmlAnswer } from './answer.ts'
import { Fault } from './fault.ts'
import { type Parameters, readParameters } from './parameters.ts'
import { errorXml, successXml, type XmlContent } from './xml.ts'

/** Reads the parameters of a Query protocol request, of its form and then of its query string. Throws `Fault`. */
export function parametersOf(request: Incoming): Parameters {
  const form = isForm(request) && request.method === 'POST' ? bodyText(request) : ''
  return readParameters(form === '' ? request.query : `${form}&${request.query}`)
}

/** Answers a request of the Query protocol with what `run` gives, or with the fault that it throws. */
export async function answerQuery(
  namespace: string,
  request: Incoming,
  now: () => Date,
  run: (
    parameters: Parameters,
    action: string,
  ) => XmlContent | undefined | Promise<XmlContent | undefined>,
): Promise<Outgoing> {
  const requestId = randomUUID()
  try {
    const parameters = parametersOf(request)
    const action = parameters.text('Action') ?? ''
    const result = await run(parameters, action)
    return xmlAnswer(200, successXml(namespace, action, result, requestId), requestId, now())
  } catch (error) {
    const fault = faultOf(error)
    return xmlAnswer(fault.status, errorXml(namespace, fault, requestId), requestId, now())
  }
}

/** The operation asked for. Throws the dispatcher's InvalidAction for one, or a version, that is not there. */
export function operationOf<T>(
  operations: ReadonlyMap<string, T>,
  version: string,
  parameters: Parameters,
): T {
  const action = parameters.text('Action')
  const asked = parameters.text('Version')
  const operation = operations.get(action ?? '')
  if (operation !== undefined && asked === version) return operation
  const named = asked ?? 'NO_VERSION_SPECIFIED'
  // What AWS prints for a missing Action is not established.
  const what = action ?? 'NO_ACTION_SPECIFIED'
  throw new Fault(
    400,
    'InvalidAction',
    `Could not find operation ${what} for version ${named}`,
    true,
  )
}

import type { CallLog, CallRecord } from '../calls/log.ts'
import { callsPage } from '../calls/page.ts'
import { SimulatorError } from '../errors.ts'
import type { Fault, FaultList } from '../faults/faults.ts'
import { bodyText, type Incoming, type Outgoing } from '../http/exchange.ts'
import { jsonAnswer } from '../http/json.ts'
import type { Service } from '../service.ts'
import { foreignness } from './own-request.ts'

/** What the control endpoint works on. */
export interface ControlState {
  readonly faults: FaultList
  readonly calls: CallLog
}

/** Where the control endpoint is; no bucket can have such a name. */
const controlPath = '/_simulator/'

/** The control endpoint: `faults` (GET, POST, DELETE) and `calls` (GET, DELETE). */
export const controlService = (state: ControlState): Service => ({
  name: 'Simulator',
  matches: ({ path }) => path.startsWith(controlPath),
  handle: request => handleControl(state, request),
})

function handleControl(state: ControlState, request: Incoming): Outgoing {
  const foreign = foreignness(request)
  if (foreign !== undefined) return jsonAnswer(403, { error: foreign })
  const [what = '', id] = request.path.slice(controlPath.length).split('/')
  if (what === 'faults') return handleFaults(state.faults, request, id)
  if (what === 'calls' && id === undefined) return handleCalls(state.calls, request)
  return jsonAnswer(404, { error: `there are ${controlPath}faults and ${controlPath}calls` })
}

function handleFaults(faults: FaultList, request: Incoming, id: string | undefined): Outgoing {
  if (request.method === 'GET' && id === undefined) {
    return jsonAnswer(200, { faults: faults.list().map(faultJson) })
  }
  if (request.method === 'DELETE') {
    if (faults.clear(id)) return { status: 204, headers: {}, body: '' }
    return jsonAnswer(404, { error: `there is no ${id}` })
  }
  if (request.method !== 'POST' || id !== undefined) return notAllowed('GET, POST, DELETE')
  try {
    return jsonAnswer(201, { id: faults.addUnchecked(JSON.parse(bodyText(request))) })
  } catch (error) {
    if (error instanceof SimulatorError) return jsonAnswer(400, { error: error.message })
    if (error instanceof SyntaxError) return jsonAnswer(400, { error: 'the body is not JSON' })
    throw error
  }
}

function handleCalls(calls: CallLog, request: Incoming): Outgoing {
  if (request.method === 'DELETE') {
    calls.clear()
    return { status: 204, headers: {}, body: '' }
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed('GET, DELETE')
  const query = new URLSearchParams(request.query)
  const wantsJson =
    query.get('format') === 'json' || /^application\/json\b/.test(request.headers.accept ?? '')
  if (wantsJson) return jsonAnswer(200, { calls: calls.list().map(callJson) })
  return callsPage(calls.list(), query.has('live'))
}

const faultJson = ({ id, rule, hits }: Fault) => ({ id, ...rule, hits })

const callJson = ({ parameters, time, ...call }: CallRecord) => ({
  ...call,
  time: time.toISOString(),
  parameters: parameters.map(([name, value]) => ({ name, value })),
})

const notAllowed = (allow: string): Outgoing =>
  jsonAnswer(405, { error: `use ${allow}` }, { allow })

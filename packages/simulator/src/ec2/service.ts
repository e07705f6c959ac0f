import { randomUUID } from 'node:crypto'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { authorize } from '../policy/authorize.ts'
import { faultOf, xmlAnswer } from '../query/answer.ts'
import { Fault } from '../query/fault.ts'
import { parametersOf } from '../query/service.ts'
import { escapeXml } from '../query/xml.ts'
import { type Service, signingName } from '../service.ts'
import { callerOf } from '../sts/caller-of.ts'
import type { StsState } from '../sts/operation.ts'

/**
 * As much of EC2 as tells who may call it: a refusal carries an encoded message for DecodeAuthorizationMessage, a
 * permitted dry run is answered as such, and nothing is ever run.
 */
export const ec2Service = (state: StsState): Service => ({
  name: 'EC2 (permissions only)',
  matches: request => signingName(request) === 'ec2',
  handle: request => {
    const requestId = randomUUID()
    const fault = faultOf(outcome(state, request))
    return ec2Error(fault, requestId, state.now())
  },
})

function outcome(state: StsState, request: Incoming): unknown {
  try {
    const caller = callerOf(state, request, 'ec2')
    const parameters = parametersOf(request)
    const name = parameters.text('Action') ?? ''
    if (!/^[A-Z][A-Za-z0-9]{1,63}$/.test(name)) {
      return new Fault(400, 'InvalidAction', 'The action is not valid for this web service.')
    }
    const action = `ec2:${name}`
    const decision = authorize(caller, action, '*')
    if (!decision.allowed) {
      const encoded = state.authorizationMessages.encode(caller, action, '*', decision)
      return new Fault(
        403,
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. User: ${caller.arn} is not authorized to perform: ${action} on resource: *. Encoded authorization failure message: ${encoded}`,
      )
    }
    if (parameters.text('DryRun') === 'true') {
      const message = 'Request would have succeeded, but DryRun flag is set.'
      return new Fault(412, 'DryRunOperation', message)
    }
    const message = 'The simulator has no EC2: it only tells who may call it. Ask with DryRun.'
    return new Fault(400, 'UnsupportedOperation', message)
  } catch (error) {
    return error
  }
}

/** EC2's errors have a form of their own (EC2 API reference, "Error codes"). */
function ec2Error(fault: Fault, requestId: string, now: Date): Outgoing {
  const message = escapeXml(fault.wireMessage ?? '')
  // Where the other services say InvalidClientTokenId, EC2 says AuthFailure.
  const code = fault.code === 'InvalidClientTokenId' ? 'AuthFailure' : fault.code
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`
  return xmlAnswer(fault.status, body, requestId, now)
}

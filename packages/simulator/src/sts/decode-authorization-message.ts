import { demand } from '../policy/authorize.ts'
import { constraints } from '../query/constraints.ts'
import type { Operation } from './operation.ts'

/** `DecodeAuthorizationMessage`, STS API reference: needs the permission, and a message of the caller's account. */
export const decodeAuthorizationMessage: Operation = {
  signed: true,
  run(state, parameters, caller) {
    const check = constraints()
    const encoded = check.text('encodedMessage', parameters.text('EncodedMessage'), {
      min: 1,
      max: 10_240,
      required: true,
    })
    check.check()
    demand(caller, 'sts:DecodeAuthorizationMessage', '*')
    return { DecodedMessage: state.authorizationMessages.decode(caller.account.id, encoded) }
  },
}

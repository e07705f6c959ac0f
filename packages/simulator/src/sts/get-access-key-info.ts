import { demand } from '../policy/authorize.ts'
import { constraints } from '../query/constraints.ts'
import { validationError } from '../query/fault.ts'
import type { Operation } from './operation.ts'

/** `GetAccessKeyInfo`: the account that a key belongs to, of whichever account that is. */
export const getAccessKeyInfo: Operation = {
  signed: true,
  run({ world, sessions }, parameters, caller) {
    const check = constraints()
    const accessKeyId = check.text('accessKeyId', parameters.text('AccessKeyId'), {
      min: 16,
      max: 128,
      pattern: /[\w]*/,
      required: true,
    })
    check.check()
    demand(caller, 'sts:GetAccessKeyInfo', '*')
    const { account } =
      world.accessKeys.get(accessKeyId)?.user ?? sessions.find(accessKeyId)?.caller ?? {}
    // AWS reads the account out of the id itself; what it says of an id that has none is not established.
    if (account === undefined) throw validationError(`Access key ${accessKeyId} is not valid`)
    return { Account: account.id }
  },
}

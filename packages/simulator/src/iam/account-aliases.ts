import { demand } from '../policy/authorize.ts'
import { constraints } from '../query/constraints.ts'
import type { IamOperation } from './operation.ts'
import { iamPage, readPaging } from './paging.ts'

/** `ListAccountAliases`, IAM API reference: at most one. */
export const listAccountAliases: IamOperation = (_state, parameters, caller) => {
  const check = constraints()
  const paging = readPaging(parameters, check)
  check.check()
  demand(caller, 'iam:ListAccountAliases', '*')
  const { alias } = caller.account
  const page = iamPage(alias === undefined ? [] : [alias], name => name, paging)
  return { AccountAliases: page.items, IsTruncated: page.IsTruncated, Marker: page.Marker }
}

import type { Operation } from './operation.ts'

/** `GetCallerIdentity`: needs no permission. */
export const getCallerIdentity: Operation = {
  signed: true,
  run: (_state, _parameters, caller) => ({
    Arn: caller.arn,
    UserId: caller.userId,
    Account: caller.account.id,
  }),
}

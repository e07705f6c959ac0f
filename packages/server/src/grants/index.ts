export { describeGrant } from './match-grant.ts'
export { type Decision, decideRole, decideTarget, offersFor } from './offers.ts'

import type { ReportProblem } from '../report-problem.ts'
import type { LoadedAccount, LoadedOrganization } from './loaded.ts'
import type { WorldDocument } from './schema.ts'

/** The organization of a world: every account of its management account's partition is a member. */
export function buildOrganization(
  document: WorldDocument,
  accounts: ReadonlyMap<string, LoadedAccount>,
  report: ReportProblem,
): LoadedOrganization | undefined {
  const { organization } = document
  if (organization === undefined) return undefined
  const { id, managementAccount, delegatedAdministrators } = organization
  const management = accounts.get(managementAccount)
  const missing = 'there is no such account in this world'
  const remedy = 'Correct the id, or add the account.'
  if (management === undefined) {
    report(['organization', 'managementAccount'], managementAccount, missing, remedy)
    return undefined
  }
  const members = [...accounts.values()].filter(
    ({ partition }) => partition === management.partition,
  )
  delegatedAdministrators.forEach((account, index) => {
    if (members.some(member => member.id === account)) return
    report(['organization', 'delegatedAdministrators', index], account, missing, remedy)
  })
  return Object.freeze({
    id,
    managementAccount: management,
    administrators: new Set([managementAccount, ...delegatedAdministrators]),
    accounts: members,
  })
}

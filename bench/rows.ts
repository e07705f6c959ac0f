import { auditEvents } from './audit/rows.ts'
import { awsChunks } from './aws/chunks.ts'
import { awsSign } from './aws/sign.ts'
import { brokerCredentials, brokerLatency, brokerSignIn } from './broker/rows.ts'
import { cliRows } from './cli/rows.ts'
import { gatewayBytes, gatewayMemory, gatewaySmall } from './gateway/rows.ts'
import { grantsCompile, grantsMemory, grantsOffers } from './grants/rows.ts'
import type { Row } from './row.ts'
import { samlIssue } from './saml/issue.ts'
import { samlLinear } from './saml/linear.ts'
import { samlMemory } from './saml/memory.ts'
import { samlVerify } from './saml/verify.ts'

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  ...samlVerify,
  ...samlIssue,
  samlLinear,
  samlMemory,
  ...awsSign,
  ...awsChunks,
  gatewaySmall,
  gatewayBytes,
  gatewayMemory,
  brokerCredentials,
  brokerLatency,
  brokerSignIn,
  auditEvents,
  grantsOffers,
  grantsCompile,
  grantsMemory,
  ...cliRows,
]

/** The rows that a name means: the row of that name, or all whose names begin with it: `saml`. */
export function rowsNamed(name: string): readonly Row[] {
  return rows.filter(row => row.name === name || row.name.startsWith(`${name}-`))
}

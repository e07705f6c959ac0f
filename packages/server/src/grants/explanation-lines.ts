import type { Explanation, GrantExplanation } from './explanation.ts'
import { grantName } from './words.ts'

const maxReason = 1000

/** An explanation as lines for people. */
export function explanationLines({ grants, omitted, remark }: Explanation): readonly string[] {
  return [
    ...(remark === undefined ? [] : [remark]),
    ...grants.map(lineOf),
    ...(omitted > 0 ? [`and ${omitted} more`] : []),
  ]
}

function lineOf(grant: GrantExplanation): string {
  return `${grantName(grant)} ${verb(grant)}: ${grant.reason}`
}

function verb({ verdict, roles, roleCount }: GrantExplanation): string {
  const more = roleCount > roles.length ? ` and ${roleCount - roles.length} more` : ''
  const what = `${roles.join(', ')}${more}`
  switch (verdict) {
    case 'given':
      return `gives ${what}`
    case 'outdone':
      return `would give ${what}`
    case 'denied':
      return `would give ${what}, which is denied`
    case 'denies':
      return what === '' ? 'denies' : `denies ${what}`
    case 'refused':
      return what === '' ? 'does not hold' : `does not give ${what}`
  }
}

/** An explanation in one line, for the audit log. */
export function refusalReason(explanation: Explanation): string {
  const { grants, remark } = explanation
  if (grants.length === 0) return remark ?? 'no grant names this role'
  return explanationLines({ ...explanation, principal: '', remark: undefined })
    .join('; ')
    .slice(0, maxReason)
}

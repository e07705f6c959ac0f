import { issueAwsResponse } from '../idp/aws-sign-on.ts'
import type { TenantPerson } from './person.ts'
import type { TenantState } from './state.ts'

export { awsAcs } from '../idp/aws-sign-on.ts'

/** `SAMLResponse` for AWS about a person, base64, signed as the company IdP. */
export function awsResponse({ identity, now }: TenantState, who: TenantPerson): string {
  const { person, awsRoles: roles, sessionDuration } = who
  const sessionName = person.email ?? person.username
  const facts = { nameId: person.username, sessionName, roles, sessionDuration }
  return issueAwsResponse(identity, facts, now())
}

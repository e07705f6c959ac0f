import { chainedRoleMaxSeconds, parseArn } from '@rolecall/aws'
import { samlAudienceOf } from './account-via-schema.ts'
import { parseDuration } from './duration.ts'
import type { Report } from './report.ts'
import type { AccountEntry, Sections } from './sections.ts'

/** Reports a way to an account that cannot lead there. */
export function checkAccountVia(sections: Sections, report: Report): void {
  const hasKeys = (sections.signIn?.samlKeys.length ?? 1) > 0
  for (const [alias, account] of sections.accounts) {
    if (account === undefined || account.via === 'assume-role') continue
    if ('saml' in account.via) checkSaml(alias, account, account.via.saml.provider, hasKeys, report)
    else checkHub(alias, account, account.via.role, sections, report)
  }
}

function checkSaml(
  alias: string,
  { id, partition }: AccountEntry,
  provider: string,
  hasKeys: boolean,
  report: Report,
): void {
  const path = ['accounts', alias, 'via', 'saml', 'provider']
  const arn = parseArn(provider)
  if (arn.accountId !== id || arn.partition !== partition) {
    const remedy = `create the provider in the account itself: arn:${partition}:iam::${id}:saml-provider/…`
    report.problem(path, 'the SAML provider is of another account than its roles', remedy)
  }
  if (samlAudienceOf(partition) === undefined) {
    const message = `nothing is known of a SAML sign-in of the partition ${partition}`
    report.problem(path, message, 'use `via: assume-role` or `via: {role: ARN}`')
  }
  if (!hasKeys) {
    const message = 'there is no key that could sign an assertion'
    report.problem(path, message, 'add a key pair to `signIn.samlKeys`')
  }
}

function checkHub(
  alias: string,
  { partition }: AccountEntry,
  role: string,
  sections: Sections,
  report: Report,
): void {
  if (parseArn(role).partition !== partition) {
    const remedy = `name a role of the partition ${partition}`
    const message = 'no role of another partition can be taken with this one'
    report.problem(['accounts', alias, 'via', 'role'], message, remedy)
  }
  for (const [index, grant] of sections.grants.entries()) {
    if (grant?.account !== alias) continue
    if ((parseDuration(grant.duration) ?? 0) <= chainedRoleMaxSeconds) continue
    const message = `sessions of ${alias} last one hour at most, as another role is taken first`
    const remedy = 'write `duration: 1h`, or take the roles of this account directly'
    report.warning(['grants', index, 'duration'], message, remedy)
  }
}

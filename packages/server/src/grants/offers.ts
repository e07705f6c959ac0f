/** What you may be: from the matches of a principal to the roles that it may take. Deny by default. */
import type { Account, DeliveryForm, RoleOffer } from '../nouns.ts'
import type { Asking } from './asking.ts'
import type { CatalogIndex } from './catalog-index.ts'
import { type Candidate, choose } from './choose.ts'
import { denialsOf } from './deny.ts'
import { expand } from './expand.ts'
import { type SessionValues, sessionValues } from './session-values.ts'
import type { Ask, Match, Target } from './types.ts'
import { grantName, matchedBy, quote, timeSpan } from './words.ts'

/** The offers of the matches, of what is asked for; by account alias and role name. */
export function offersOf(
  asking: Asking,
  gives: readonly Match[],
  asked: Ask,
  catalog: CatalogIndex,
): readonly RoleOffer[] {
  const roles = new Map<
    string,
    { readonly denied: ReadonlySet<DeliveryForm>; readonly all: Candidate[] }
  >()
  for (const match of gives) {
    for (const target of expand(match, asked, catalog)) {
      let role = roles.get(target.arn)
      if (role === undefined) {
        role = { denied: deniedForms(asking, target, catalog), all: [] }
        roles.set(target.arn, role)
      }
      const forms = match.compiled.rule.forms.filter(form => !role.denied.has(form))
      if (forms.length === 0) continue
      const offer = offerOf(asking, match, target, forms)
      if ('grant' in offer) role.all.push({ offer, order: match.compiled.order })
    }
  }
  return [...roles.values()].flatMap(({ all }) => choose(all)).sort(byName)
}

/** The offer of one match for one role, or why there is none. What denies is not looked at here. */
export function offerOf(
  asking: Asking,
  match: Match,
  target: Target,
  forms: readonly DeliveryForm[],
): RoleOffer | { readonly why: string } {
  const { compiled } = match
  const answer = asking.condition(compiled, target)
  if (answer === false) return { why: `its condition is false: ${quote(compiled.rule.when ?? '')}` }
  if (answer !== true) return { why: `its condition has no answer: ${answer.why}` }
  const foreign = compiled.rule.policyArns.find(arn => !isUsable(arn, target.account))
  if (foreign !== undefined) return { why: `the policy ${foreign} is not of the role's account` }
  const values = sessionValues(compiled, () => asking.variables(target))
  return 'why' in values ? values : makeOffer(match, target, forms, values)
}

/** Session policies are AWS's own of the same partition, or of the role's account. */
function isUsable(arn: string, { partition, id }: Account): boolean {
  const [, arnPartition, , , owner] = arn.split(':')
  return arnPartition === partition && (owner === 'aws' || owner === id)
}

function deniedForms(
  asking: Asking,
  target: Target,
  catalog: CatalogIndex,
): ReadonlySet<DeliveryForm> {
  if (asking.denies.length === 0) return nothing
  const denials = denialsOf(asking, target, catalog)
  return new Set(denials.flatMap(({ match }) => match.compiled.rule.forms))
}

const nothing: ReadonlySet<DeliveryForm> = new Set()

function makeOffer(
  { compiled: { rule }, by }: Match,
  { account, arn, name, known }: Target,
  forms: readonly DeliveryForm[],
  { tags, sourceIdentity }: SessionValues,
): RoleOffer {
  const { maxSessionSeconds } = known ?? {}
  const durationSeconds = Math.min(rule.durationSeconds, maxSessionSeconds ?? rule.durationSeconds)
  const isShortened = durationSeconds < rule.durationSeconds
  return Object.freeze({
    grant: Object.freeze({ name: rule.name, line: rule.line, path: rule.path }),
    account,
    roleArn: arn,
    roleName: name,
    durationSeconds,
    maxSessionSeconds,
    forms: forms.length === rule.forms.length ? rule.forms : Object.freeze([...forms]),
    policy: rule.policy,
    policyArns: rule.policyArns,
    tags,
    transitiveTagKeys: rule.transitiveTagKeys,
    sourceIdentity,
    destination: rule.destination,
    region: rule.region,
    reason: `${matchedBy(by)} by ${grantName(rule)}`,
    notes: isShortened
      ? [
          `The grant allows ${timeSpan(rule.durationSeconds)}, the role in AWS no more than ${timeSpan(durationSeconds)}.`,
        ]
      : [],
  })
}

/** By code unit, so that the order is the same on every machine. */
function byName(a: RoleOffer, b: RoleOffer): number {
  return (
    compare(a.account.alias, b.account.alias) ||
    compare(a.roleName, b.roleName) ||
    compare(a.roleArn, b.roleArn)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

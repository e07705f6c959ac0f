/** Goes through the rules once more and tells what became of each. */
import type { RoleOffer } from '../nouns.ts'
import type { Asking } from './asking.ts'
import { type CatalogIndex, namedTarget } from './catalog-index.ts'
import { concerns } from './concerns.ts'
import { denialsOf } from './deny.ts'
import { expand } from './expand.ts'
import type { Explanation, GrantExplanation, Verdict } from './explanation.ts'
import { offerOf } from './offers.ts'
import type { Ask, CompiledRule, Match, Miss, Target } from './types.ts'
import { whyNot } from './why-not.ts'
import { grantName, matchedBy, quote } from './words.ts'

const maxGrants = 50
const maxRolesShown = 10

/** One finding, before those that say the same are put together. */
interface Finding {
  readonly compiled: CompiledRule
  readonly verdict: Verdict
  readonly reason: string
  /** How far the rule came. */
  readonly step: number
  readonly role: string | undefined
}

/** Explains over the rules that may concern what is asked. */
export function explain(
  asking: Asking,
  asked: Ask,
  parts: {
    readonly catalog: CatalogIndex
    readonly offers: readonly RoleOffer[]
    readonly rules: readonly CompiledRule[]
    /** What is wrong with the principal. */
    readonly remark?: string | undefined
  },
): Explanation {
  const { catalog, offers, rules } = parts
  const groups = new Set(asking.principal.groups)
  const matched = new Set([...asking.gives, ...asking.denies].map(({ compiled }) => compiled))
  const findings = [
    ...asking.gives.flatMap(match => findingsOf(match, asking, asked, catalog, offers)),
    ...denials(asking, asked, catalog),
    ...rules.flatMap((compiled): Finding[] => {
      const { rule } = compiled
      if (rule.effect === 'deny' || matched.has(compiled)) return []
      if (!concerns(rule, asked, catalog)) return []
      const { step, why } = whyNot(compiled, asking.principal, groups)
      return [{ compiled, verdict: 'refused', reason: why, step, role: undefined }]
    }),
  ]
  const grants = merge(findings).toSorted(byUse)
  return Object.freeze({
    principal: asking.principal.id,
    asked: Object.freeze({ ...asked }),
    offers,
    grants: Object.freeze(grants.slice(0, maxGrants).map(({ grant }) => grant)),
    omitted: Math.max(0, grants.length - maxGrants),
    remark: parts.remark ?? remarkOf(asked, catalog),
  })
}

function remarkOf({ account, role }: Ask, catalog: CatalogIndex): string | undefined {
  if (account === undefined) return undefined
  const known = catalog.account(account)
  if (known === undefined) return `the account ${quote(account)} is unknown`
  const roles = catalog.roles(known)
  if (role === undefined || roles === undefined || roles.byName.has(role)) return undefined
  return `the account ${quote(account)} has no role ${quote(role)}, as of the last discovery`
}

/** What a rule that holds for the principal gives of what is asked. */
function findingsOf(
  match: Match,
  asking: Asking,
  asked: Ask,
  catalog: CatalogIndex,
  offers: readonly RoleOffer[],
): Finding[] {
  const { compiled } = match
  const misses: Miss[] = []
  const found = expand(match, asked, catalog, miss => misses.push(miss)).map((target): Finding => {
    const role = `${target.account.alias}/${target.name}`
    const finding = (verdict: Verdict, reason: string, step: number): Finding => {
      return { compiled, verdict, reason, step, role }
    }
    const offer = offerOf(asking, match, target, compiled.rule.forms)
    if ('why' in offer) return finding('refused', offer.why, 5)
    const denials = denialsOf(asking, target, catalog)
    const denied = new Set(denials.flatMap(one => one.match.compiled.rule.forms))
    const [denial] = denials
    if (denial !== undefined && compiled.rule.forms.every(form => denied.has(form))) {
      return finding('denied', `by ${grantName(denial.match.compiled.rule)}`, 7)
    }
    const same = offers.filter(({ roleArn }) => roleArn === target.arn)
    if (same.some(({ grant }) => grant.name === compiled.rule.name)) {
      return finding('given', matchedBy(match.by), 9)
    }
    const [better] = same
    const by = better === undefined ? 'another one' : grantName(better.grant)
    return finding('outdone', `${by} can do more`, 6)
  })
  if (found.length > 0) return found
  return misses
    .filter(({ account, role }) => isNear(asked, account, role))
    .slice(0, maxRolesShown)
    .map(({ why }) => {
      const reason = `${matchedBy(match.by)} matches, but ${why}`
      return { compiled, verdict: 'refused', reason, step: 4, role: undefined }
    })
}

/** A miss of another account or role says nothing about what is asked. */
function isNear(asked: Ask, account: string, role: string | undefined): boolean {
  const isAccount = asked.account === undefined || asked.account === account
  return isAccount && (asked.role === undefined || role === undefined || asked.role === role)
}

function denials(asking: Asking, asked: Ask, catalog: CatalogIndex): Finding[] {
  const target = targetOf(asked, catalog)
  if (target === undefined) {
    return asking.denies.flatMap((match): Finding[] => {
      const { compiled, by } = match
      const isWhole = compiled.rule.target.kind === 'everything'
      if (!isWhole && !concerns(compiled.rule, asked, catalog)) return []
      const reason = isWhole ? matchedBy(by) : `${matchedBy(by)}; not everything`
      return [{ compiled, verdict: 'denies', reason, step: 8, role: undefined }]
    })
  }
  return denialsOf(asking, target, catalog).map(({ match, unanswered }) => {
    const { compiled } = match
    const why = unanswered === undefined ? '' : `; its condition has no answer: ${unanswered}`
    const role = `${target.account.alias}/${target.name}`
    return { compiled, verdict: 'denies', reason: `${matchedBy(match.by)}${why}`, step: 8, role }
  })
}

function targetOf({ account: alias, role }: Ask, catalog: CatalogIndex): Target | undefined {
  const account = alias === undefined ? undefined : catalog.account(alias)
  if (account === undefined || role === undefined || !/^[\w+=,.@-]{1,64}$/.test(role)) {
    return undefined
  }
  return catalog.roles(account)?.byName.get(role) ?? namedTarget(account, '/', role)
}

interface Merged {
  readonly grant: GrantExplanation
  readonly step: number
  readonly order: number
}

/** One entry for each rule and reason, with the roles that it is about. */
function merge(findings: readonly Finding[]): readonly Merged[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = `${finding.compiled.order} ${finding.verdict} ${finding.reason}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
  }
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const { compiled, verdict, reason, step } = first
    const { name, file, line, effect } = compiled.rule
    const roles = [...new Set(group.flatMap(({ role }) => role ?? []))]
    const grant = Object.freeze({
      ...{ name, file, line, effect, verdict, reason },
      roles: Object.freeze(roles.slice(0, maxRolesShown)),
      roleCount: roles.length,
    })
    return [{ grant, step, order: compiled.order }]
  })
}

/** The rules that came furthest first, then as in the file. */
function byUse(a: Merged, b: Merged): number {
  return b.step - a.step || a.order - b.order
}

/** The engine: from rules and a catalogue to decisions. */
import type { GrantRule } from '../config/grant-rule.ts'
import { isAddress } from '../config/networks.ts'
import type { DeliveryForm, Principal, RoleCatalog, RoleOffer } from '../nouns.ts'
import { type Asking, beginAsking } from './asking.ts'
import { indexCatalog } from './catalog-index.ts'
import { compileRule } from './compile-rule.ts'
import { concerns } from './concerns.ts'
import { explain } from './explain.ts'
import type { Explanation } from './explanation.ts'
import { offersOf } from './offers.ts'
import { createRememberedDecisions } from './remembered.ts'
import { indexRules } from './rule-index.ts'
import { createRuleNames } from './rule-names.ts'
import type { Ask, At } from './types.ts'
import { quote } from './words.ts'

/** The answer to "may this principal take this role". */
export type Decision =
  | { readonly offer: RoleOffer }
  | {
      readonly offer: undefined
      /** Whether some grant gives it to somebody; otherwise nothing knows it. */
      readonly isNamed: boolean
      /** Undefined for a target that nothing knows. */
      readonly asked: RoleAsk | undefined
      readonly explanation: Explanation
    }

/** One role of one account, by alias and by name without path, and the form that it is wanted in. */
export interface RoleAsk {
  readonly account: string
  readonly role: string
  readonly form?: DeliveryForm | undefined
}

/** The compiled rules over one snapshot of accounts and roles. Nothing in it changes. */
export interface Grants {
  /**
   * All roles that the principal may take, by account alias and role name. A role that several grants
   * give comes once for each form, by the grant that can do most: without a session policy, then the
   * longest, then the first in the file; both forms in one offer when they are the same.
   */
  offersFor(principal: Principal, at: At): readonly RoleOffer[]
  /** Decides on one role; without a form, on the best of any form. */
  decideRole(principal: Principal, asked: RoleAsk, at: At): Decision
  /** Decides on a target: the grant that carries this path, in the console. */
  decideTarget(principal: Principal, path: string, at: At): Decision
  /** Why the principal may take what is asked, or may not. */
  explain(principal: Principal, asked: Ask, at: At): Explanation
}

/** More groups than any directory gives to one person: then nothing is given. */
const maxGroups = 10_000

/**
 * Compiles rules that were checked when the file was read. `onRule` is called for each rule that a
 * decision looks at: what shows that its work does not grow with the list.
 */
export function compileGrants(
  rules: readonly GrantRule[],
  catalog: RoleCatalog,
  options: {
    readonly onRule?: () => void
    /** Whose address is nobody's: that of a proxy which stands for others. */
    readonly isProxy?: (address: string) => boolean
  } = {},
): Grants {
  const { onRule, isProxy = () => false } = options
  const compiled = rules.map(compileRule)
  const known = indexCatalog(catalog)
  const matchesOf = indexRules(compiled, known, onRule)
  const names = createRuleNames(compiled, known)
  const remembered = createRememberedDecisions<Decision>()

  function begin(principal: Principal, at: At): Asking {
    const isBounded = principal.groups.length <= maxGroups
    const { now, address: seen } = at
    const address = !isAddress(seen) || isProxy(seen) ? undefined : seen
    return beginAsking(principal, { now, address }, isBounded ? matchesOf(principal) : [])
  }

  function explainTo(asking: Asking, asked: Ask, offers: readonly RoleOffer[]): Explanation {
    const { length } = asking.principal.groups
    if (length > maxGroups) {
      const remark = `${length} groups are more than are counted`
      return explain(asking, asked, { catalog: known, offers, rules: [], remark })
    }
    return explain(asking, asked, { catalog: known, offers, rules: names.rulesFor(asked) })
  }

  function refuse(asking: Asking, asked: RoleAsk): Decision {
    const { account, role } = asked
    const ask = { account, role }
    const isNamed = names
      .rulesFor(ask)
      .some(({ rule }) => rule.effect === 'allow' && concerns(rule, ask, known))
    return { offer: undefined, isNamed, asked, explanation: explainTo(asking, ask, []) }
  }

  return Object.freeze({
    offersFor(principal: Principal, at: At) {
      const asking = begin(principal, at)
      return offersOf(asking, asking.gives, {}, known)
    },
    decideRole(principal: Principal, asked: RoleAsk, at: At): Decision {
      return remembered(principal, asked, () => {
        const asking = begin(principal, at)
        const { account, role } = asked
        const offer = pick(offersOf(asking, asking.gives, { account, role }, known), asked.form)
        const decision = offer === undefined ? refuse(asking, asked) : { offer }
        return { decision, isTimeless: asking.isTimeless() }
      })
    },
    decideTarget(principal: Principal, path: string, at: At): Decision {
      const asking = begin(principal, at)
      const rule = names.ruleOfPath(path)
      const gives = asking.gives.filter(({ compiled: one }) => one === rule)
      const offer = pick(offersOf(asking, gives, {}, known), 'console')
      if (offer !== undefined) return { offer }
      const asked = rule === undefined ? undefined : names.roleOf(rule)
      if (asked !== undefined) return refuse(asking, { ...asked, form: 'console' })
      const unknown = { account: '', role: `target ${path}` }
      const remark =
        rule === undefined
          ? `no grant has the path ${quote(path)}`
          : `the grant with the path ${quote(path)} gives no role here`
      const explanation = explain(asking, unknown, {
        catalog: known,
        offers: [],
        rules: [],
        remark,
      })
      return { offer: undefined, isNamed: rule !== undefined, asked, explanation }
    },
    explain(principal: Principal, asked: Ask, at: At) {
      const asking = begin(principal, at)
      return explainTo(asking, asked, offersOf(asking, asking.gives, asked, known))
    },
  })
}

function pick(offers: readonly RoleOffer[], form: DeliveryForm | undefined): RoleOffer | undefined {
  return offers.find(({ forms }) => form === undefined || forms.includes(form))
}

/** Roles that were given to a principal on facts that do not change. */
import type { DeliveryForm, Principal } from '../nouns.ts'

/** More than anybody asks for again and again. */
const mostOfOne = 64

/** What was asked for. */
interface Asked {
  readonly account: string
  readonly role: string
  readonly form?: DeliveryForm | undefined
}

/** A decision, and whether it is the same at every time and address. */
export interface FreshDecision<Decision> {
  readonly decision: Decision
  readonly isTimeless: boolean
}

/**
 * A memory for one list of rules and one catalogue: it decides, or answers as it did before. What it keeps
 * was decided on these and on the principal alone, who is frozen; no expression was asked, so neither
 * time nor address had a part in it. Refusals are decided anew each time.
 */
export function createRememberedDecisions<Decision extends { readonly offer: unknown }>(): (
  principal: Principal,
  asked: Asked,
  decide: () => FreshDecision<Decision>,
) => Decision {
  const remembered = new WeakMap<Principal, Map<string, Decision>>()
  return (principal, asked, decide) => {
    const key = JSON.stringify([asked.account, asked.role, asked.form ?? null])
    const known = remembered.get(principal)?.get(key)
    if (known !== undefined) return known
    const { decision, isTimeless } = decide()
    if (decision.offer === undefined || !isTimeless || !isFixed(principal)) return decision
    const decisions = remembered.get(principal) ?? new Map<string, Decision>()
    if (decisions.size >= mostOfOne) decisions.clear()
    remembered.set(principal, decisions.set(key, decision))
    return decision
  }
}

/** Of a machine, the parts of its name count too: it is decided on anew. */
function isFixed(principal: Principal): boolean {
  return (
    principal.kind === 'person' && Object.isFrozen(principal) && Object.isFrozen(principal.groups)
  )
}

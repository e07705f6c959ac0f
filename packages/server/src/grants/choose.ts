/** Of several offers of one role, those that do the most. */
import type { DeliveryForm, RoleOffer } from '../nouns.ts'

/** An offer with the place of its rule in the file. */
export interface Candidate {
  readonly offer: RoleOffer
  readonly order: number
}

const forms: readonly DeliveryForm[] = ['console', 'credentials']

/**
 * The best offer of each form: one offer when it is the same for both, else one for each of them, the
 * better one first.
 */
export function choose(candidates: readonly Candidate[]): readonly RoleOffer[] {
  const sorted = candidates.toSorted(byUse)
  const [only] = sorted
  if (sorted.length === 1 && only !== undefined) return [only.offer]
  const winners = new Map<Candidate, DeliveryForm[]>()
  for (const form of forms) {
    const best = sorted.find(({ offer }) => offer.forms.includes(form))
    if (best !== undefined) winners.set(best, [...(winners.get(best) ?? []), form])
  }
  return [...winners]
    .toSorted(([a], [b]) => byUse(a, b))
    .map(([{ offer }, won]) => withForms(offer, won))
}

/** The same offer for fewer forms. */
export function withForms(offer: RoleOffer, won: readonly DeliveryForm[]): RoleOffer {
  return won.length === offer.forms.length
    ? offer
    : Object.freeze({ ...offer, forms: Object.freeze([...won]) })
}

/** Without a session policy before with one, then the longer, then the first in the file. */
function byUse(a: Candidate, b: Candidate): number {
  return (
    Number(isLimited(a.offer)) - Number(isLimited(b.offer)) ||
    b.offer.durationSeconds - a.offer.durationSeconds ||
    a.order - b.order
  )
}

function isLimited({ policy, policyArns }: RoleOffer): boolean {
  return policy !== undefined || policyArns.length > 0
}

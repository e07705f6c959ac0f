/** Everything that shapes a role session, as one value: two sessions of the same shape are the same. */
import { roleSessionName, type SessionName } from '@rolecall/aws'
import type { AccountVia, Principal, RoleOffer, SessionTag } from '../nouns.ts'

/** What AWS is asked for, and for whom. Lists are in an order of their own, not in that of the grant. */
export interface SessionShape {
  readonly principalId: string
  readonly source: string
  readonly roleArn: string
  readonly via: AccountVia
  readonly sessionName: string
  readonly sourceIdentity: string | undefined
  readonly durationSeconds: number
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
  readonly tags: readonly SessionTag[]
  readonly transitiveTagKeys: readonly string[]
}

const assumeRole: AccountVia = Object.freeze({ kind: 'assume-role' })

/** The shape of the session that an offer stands for. `name` is the session name of the principal. */
export function shapeOf(
  principal: Principal,
  offer: RoleOffer,
  rules: { readonly name: SessionName; readonly sourceIdentity: boolean },
): SessionShape {
  return Object.freeze({
    principalId: principal.id,
    source: principal.source,
    roleArn: offer.roleArn,
    via: offer.account.via ?? assumeRole,
    sessionName: rules.name.value,
    sourceIdentity: identityOf(offer, rules),
    durationSeconds: offer.durationSeconds,
    policy: offer.policy,
    policyArns: offer.policyArns.length > 1 ? offer.policyArns.toSorted() : offer.policyArns,
    tags: offer.tags.length > 1 ? offer.tags.toSorted(byKey) : offer.tags,
    transitiveTagKeys:
      offer.transitiveTagKeys.length > 1
        ? offer.transitiveTagKeys.toSorted()
        : offer.transitiveTagKeys,
  })
}

/**
 * The shape as a text that no other shape has: JSON keeps the borders between texts, an absent text is
 * not an empty one, and every field has its place.
 */
export function keyOf(shape: SessionShape): string {
  const { via } = shape
  return JSON.stringify([
    shape.principalId,
    shape.source,
    shape.roleArn,
    via.kind === 'saml' ? [via.kind, via.providerArn] : [],
    via.kind === 'role' ? [via.kind, via.roleArn] : [],
    shape.sessionName,
    shape.sourceIdentity ?? null,
    shape.durationSeconds,
    shape.policy ?? null,
    shape.policyArns,
    shape.tags.map(({ key, value }) => [key, value]),
    shape.transitiveTagKeys,
  ])
}

/** The shape of an offer for a principal, its key, and what is to be told about the session name. */
export interface KeyedShape {
  readonly shape: SessionShape
  readonly key: string
  readonly note: string | undefined
}

/** As `shapeOf` and `keyOf`; the last answer for each frozen offer is kept. */
export function createShapes(): (
  principal: Principal,
  offer: RoleOffer,
  rules: { readonly sourceIdentity: boolean },
) => KeyedShape {
  const kept = new WeakMap<RoleOffer, KeyedShape & { readonly of: readonly unknown[] }>()
  return (principal, offer, { sourceIdentity }) => {
    const of = [principal.id, principal.source, principal.username, sourceIdentity]
    const known = kept.get(offer)
    if (known?.of.every((value, index) => value === of[index])) return known
    const name = roleSessionName(principal.username)
    const shape = shapeOf(principal, offer, { name, sourceIdentity })
    const keyed = { shape, key: keyOf(shape), note: name.explanation, of }
    if (Object.isFrozen(offer)) kept.set(offer, keyed)
    return keyed
  }
}

function identityOf(
  { sourceIdentity }: RoleOffer,
  rules: { readonly name: SessionName; readonly sourceIdentity: boolean },
): string | undefined {
  if (sourceIdentity !== undefined) return roleSessionName(sourceIdentity).value
  return rules.sourceIdentity ? rules.name.value : undefined
}

function byKey(a: SessionTag, b: SessionTag): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

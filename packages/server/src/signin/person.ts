/** From what a source vouches for to a Principal. */
import { type Principal, principalId } from '../nouns.ts'
import { checkedGroups, checkedIdentity } from './checked-identity.ts'
import { isIdentityText } from './identity-text.ts'
import type { VerifiedPerson } from './sources.ts'

/**
 * The principal of a person that a source just verified. Throws a `SignInRefusal` when the username
 * or a group may not stand for an identity; a name to show that may not is left out.
 */
export function personPrincipal(
  source: string,
  person: Omit<VerifiedPerson, 'basis'>,
  facts: { readonly address: string; readonly now: Date },
): Principal {
  const { displayName, email } = person
  const username = checkedIdentity('username', person.username)
  return Object.freeze({
    kind: 'person',
    id: principalId(source, username),
    source,
    username,
    displayName: displayName !== undefined && isIdentityText(displayName) ? displayName : username,
    email: email !== undefined && isIdentityText(email) ? email : undefined,
    groups: checkedGroups(person.groups),
    attributes: person.attributes,
    amr: person.amr,
    authenticatedAt: facts.now,
    address: facts.address,
    notAfter: undefined,
  } satisfies Principal)
}

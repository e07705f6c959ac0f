/** From verified facts to a Principal. */
import { nameIdFormats, type VerifiedResponse } from '@rolecall/saml'
import type { SamlProviderConfig } from '../config/config.ts'
import { type Principal, principalId } from '../nouns.ts'
import { checkedGroups, checkedIdentity } from './checked-identity.ts'
import { isIdentityText } from './identity-text.ts'
import { SignInRefusal } from './refusals.ts'

const maxAttributes = 100
const maxValues = 200

/**
 * Builds the principal from a verified response, byte for byte: nothing is trimmed, folded or
 * linked by e-mail. Throws a `SignInRefusal` when the response names nobody, or nobody safely.
 */
export function samlPrincipal(
  response: VerifiedResponse,
  provider: SamlProviderConfig,
  address: string,
): Principal {
  const username = readUsername(response, provider.attributes.username)
  const values = (name: string | undefined) =>
    name === undefined ? [] : (response.attributes.get(name) ?? [])
  const displayName = values(provider.attributes.displayName)[0]
  const email = values(provider.attributes.email)[0]
  return Object.freeze({
    kind: 'person',
    id: principalId(provider.id, username),
    source: provider.id,
    username,
    displayName: displayName !== undefined && isIdentityText(displayName) ? displayName : username,
    email: email !== undefined && isIdentityText(email) ? email : undefined,
    groups: checkedGroups(provider.attributes.groups.flatMap(values)),
    attributes: keepAttributes(response, provider.attributes.groups),
    amr: response.authnContextClassRef === undefined ? [] : [response.authnContextClassRef],
    authenticatedAt: response.authnInstant,
    address,
    notAfter: response.sessionNotOnOrAfter,
  } satisfies Principal)
}

function readUsername(response: VerifiedResponse, attribute: string): string {
  if (attribute === 'nameId') {
    if (response.nameId.format === nameIdFormats.transient) {
      throw new SignInRefusal('username-transient', {
        check: 'NameID Format',
        expected: 'a lasting format',
        received: nameIdFormats.transient,
      })
    }
    return checkedIdentity('username', response.nameId.value)
  }
  const values = response.attributes.get(attribute) ?? []
  const [value] = values
  if (value === undefined || values.length > 1) {
    throw new SignInRefusal('username-missing', {
      check: `attribute ${attribute}`,
      expected: 'one value',
      received: `${values.length} values`,
    })
  }
  return checkedIdentity('username', value)
}

function keepAttributes(
  response: VerifiedResponse,
  groupAttributes: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const kept: Record<string, readonly string[]> = Object.create(null)
  for (const [name, values] of response.attributes) {
    if (!groupAttributes.includes(name)) kept[name] = values
  }
  const isTooMany =
    Object.keys(kept).length > maxAttributes ||
    Object.values(kept).some(values => values.length > maxValues)
  if (isTooMany) {
    throw new SignInRefusal('too-many-values', {
      check: 'attributes',
      expected: `at most ${maxAttributes} with ${maxValues} values each`,
    })
  }
  return kept
}

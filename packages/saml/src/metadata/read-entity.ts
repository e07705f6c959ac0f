import { defined } from '../defined.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, children, elementsOf } from '../xml/read.ts'
import { type FragmentBudget, readExtensions, readFragment } from './fragment.ts'
import { malformed } from './malformed.ts'
import type { AdditionalLocation, MetadataEntity, Validity } from './model.ts'
import { contactsOf, organizationOf } from './read-people.ts'
import { isRole, readIdpRole, readSpRole } from './read-role.ts'
import { some, trimmedText, validityOf } from './read-value.ts'
import { isOver, narrowed } from './validity.ts'

const maxEntityId = 1024

/**
 * The facts of an EntityDescriptor (saml-metadata 2.3.2) that inherits a validity. A role past its
 * own validUntil is left out.
 */
export function readEntity(
  element: XmlElement,
  inherited: Validity,
  now: Date | undefined,
  budget: FragmentBudget,
): MetadataEntity {
  const entityId = attribute(element, 'entityID') ?? ''
  if (entityId.length === 0 || entityId.length > maxEntityId) {
    malformed('entityID', `1 to ${maxEntityId} characters`, `${entityId.length}`)
  }
  const elements = elementsOf(element)
  const idp = roleOf(elements, 'IDPSSODescriptor', now)
  const sp = roleOf(elements, 'SPSSODescriptor', now)
  const others = elements.filter(isOtherRole)
  return defined({
    entityId,
    // Who keeps the entity keeps its roles: it is good for no longer than they are.
    ...[idp, sp].reduce(
      (until, role) => (role === undefined ? until : narrowed(validityOf(role), until)),
      inherited,
    ),
    extensions: readExtensions(element, budget),
    idp: idp === undefined ? undefined : readIdpRole(idp, budget),
    sp: sp === undefined ? undefined : readSpRole(sp, budget),
    otherRoles: some(Object.freeze(others.map(each => readFragment(each, budget)))),
    organization: organizationOf(element, budget),
    contacts: contactsOf(element, budget),
    additionalLocations: some(Object.freeze(additionalLocationsOf(element))),
  })
}

const descriptors: ReadonlySet<string> = new Set([
  'RoleDescriptor',
  'IDPSSODescriptor',
  'SPSSODescriptor',
  'AuthnAuthorityDescriptor',
  'AttributeAuthorityDescriptor',
  'PDPDescriptor',
  'AffiliationDescriptor',
])

/** Whether an element describes a role of its entity other than the two for SAML 2.0 that are read. */
export function isOtherRole(element: XmlElement): boolean {
  return (
    element.namespace === namespaces.md &&
    descriptors.has(element.local) &&
    !isRole(element, 'IDPSSODescriptor') &&
    !isRole(element, 'SPSSODescriptor')
  )
}

function roleOf(
  elements: readonly XmlElement[],
  local: 'IDPSSODescriptor' | 'SPSSODescriptor',
  now: Date | undefined,
): XmlElement | undefined {
  const [first, second] = elements.filter(
    each => isRole(each, local) && !isOver(validityOf(each), now),
  )
  if (second !== undefined) malformed(local, 'one for SAML 2.0', 'several')
  return first
}

function additionalLocationsOf(element: XmlElement): AdditionalLocation[] {
  return children(element, namespaces.md, 'AdditionalMetadataLocation').map(each =>
    Object.freeze({ namespace: attribute(each, 'namespace') ?? '', location: trimmedText(each) }),
  )
}

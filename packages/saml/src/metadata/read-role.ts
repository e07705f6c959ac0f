import { defined } from '../defined.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, children } from '../xml/read.ts'
import { type FragmentBudget, readExtensions } from './fragment.ts'
import type { IdpMetadata, RoleMetadata, SpMetadata } from './model.ts'
import { attributeOf, attributeServicesOf } from './read-attributes.ts'
import { endpointsOf, indexedEndpointsOf, sloEndpointsOf } from './read-endpoints.ts'
import { readKeys } from './read-keys.ts'
import { contactsOf, organizationOf } from './read-people.ts'
import { booleanOf, linkOf, some, textsOf, validityOf } from './read-value.ts'

/** The facts of an IDPSSODescriptor (saml-metadata 2.4.3). */
export function readIdpRole(role: XmlElement, budget: FragmentBudget): IdpMetadata {
  const attributes = children(role, namespaces.saml, 'Attribute')
  return defined({
    ...commonOf(role, budget),
    ssoEndpoints: endpointsOf(role, 'SingleSignOnService'),
    wantAuthnRequestsSigned: booleanOf(role, 'WantAuthnRequestsSigned') ?? false,
    nameIdMappingEndpoints: some(endpointsOf(role, 'NameIDMappingService')),
    assertionIdRequestEndpoints: some(endpointsOf(role, 'AssertionIDRequestService')),
    attributeProfiles: some(textsOf(role, 'AttributeProfile')),
    attributes: Object.freeze(attributes.map(each => attributeOf(each, budget))),
  })
}

/** The facts of an SPSSODescriptor (saml-metadata 2.4.4). */
export function readSpRole(role: XmlElement, budget: FragmentBudget): SpMetadata {
  return defined({
    ...commonOf(role, budget),
    acsEndpoints: indexedEndpointsOf(role, 'AssertionConsumerService'),
    authnRequestsSigned: booleanOf(role, 'AuthnRequestsSigned') ?? false,
    wantAssertionsSigned: booleanOf(role, 'WantAssertionsSigned') ?? false,
    attributeServices: attributeServicesOf(role, budget),
  })
}

/** Whether an element is a descriptor of that name for SAML 2.0. */
export function isRole(
  element: XmlElement,
  local: 'IDPSSODescriptor' | 'SPSSODescriptor',
): boolean {
  return (
    element.local === local &&
    element.namespace === namespaces.md &&
    protocolsOf(element).includes(namespaces.samlp)
  )
}

function commonOf(role: XmlElement, budget: FragmentBudget): RoleMetadata {
  const others = protocolsOf(role).filter(each => each !== namespaces.samlp)
  return defined({
    ...validityOf(role),
    otherProtocols: some(Object.freeze(others)),
    errorUrl: linkOf(attribute(role, 'errorURL')),
    extensions: readExtensions(role, budget),
    ...readKeys(role),
    organization: organizationOf(role, budget),
    contacts: contactsOf(role, budget),
    artifactResolutionEndpoints: some(indexedEndpointsOf(role, 'ArtifactResolutionService')),
    sloEndpoints: sloEndpointsOf(role, 'SingleLogoutService'),
    manageNameIdEndpoints: some(sloEndpointsOf(role, 'ManageNameIDService')),
    nameIdFormats: textsOf(role, 'NameIDFormat'),
  })
}

function protocolsOf(role: XmlElement): readonly string[] {
  const listed = attribute(role, 'protocolSupportEnumeration') ?? ''
  return [...new Set(listed.split(/[\t\n\r ]+/))].filter(each => each !== '')
}

import { defined } from '../defined.ts'
import { isHttpUrl } from '../http-url.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, children, isWhiteSpace, textOf } from '../xml/read.ts'
import { malformed } from './malformed.ts'
import type {
  Endpoint,
  IdpMetadata,
  IndexedEndpoint,
  MetadataAttribute,
  SpMetadata,
} from './model.ts'
import { readCertificates } from './read-certificate.ts'

/** The facts of an IDPSSODescriptor (saml-metadata 2.4.3); an absent one stays absent. */
export function readIdpRole(role: XmlElement | undefined): IdpMetadata | undefined {
  if (role === undefined) return undefined
  const { signing, encryption } = readCertificates(role)
  return Object.freeze({
    ssoEndpoints: usable(children(role, namespaces.md, 'SingleSignOnService')).map(endpointOf),
    signingCertificates: signing,
    encryptionCertificates: encryption,
    wantAuthnRequestsSigned: booleanOf(role, 'WantAuthnRequestsSigned') ?? false,
    nameIdFormats: formatsOf(role),
    attributes: children(role, namespaces.saml, 'Attribute').map(attributeOf),
  })
}

/** The facts of an SPSSODescriptor (saml-metadata 2.4.4); an absent one stays absent. */
export function readSpRole(role: XmlElement | undefined): SpMetadata | undefined {
  if (role === undefined) return undefined
  const { signing, encryption } = readCertificates(role)
  return Object.freeze({
    acsEndpoints: usable(children(role, namespaces.md, 'AssertionConsumerService')).map(indexedOf),
    signingCertificates: signing,
    encryptionCertificates: encryption,
    authnRequestsSigned: booleanOf(role, 'AuthnRequestsSigned') ?? false,
    wantAssertionsSigned: booleanOf(role, 'WantAssertionsSigned') ?? false,
    nameIdFormats: formatsOf(role),
    ...serviceOf(role),
  })
}

function serviceOf(role: XmlElement): Pick<SpMetadata, 'serviceName' | 'attributes'> {
  const services = children(role, namespaces.md, 'AttributeConsumingService')
  // saml-metadata 2.4.4.1: the default is chosen as among indexed endpoints.
  const service =
    services.find(each => booleanOf(each, 'isDefault') === true) ??
    services.find(each => booleanOf(each, 'isDefault') === undefined) ??
    services[0]
  if (service === undefined) return { attributes: [] }
  const [name] = children(service, namespaces.md, 'ServiceName')
  return defined({
    serviceName: name === undefined ? undefined : trimmedText(name),
    attributes: children(service, namespaces.md, 'RequestedAttribute').map(requestedOf),
  })
}

/** The endpoints that a browser may be sent to. */
function usable(endpoints: readonly XmlElement[]): readonly XmlElement[] {
  return endpoints.filter(each => isHttpUrl(attribute(each, 'Location') ?? ''))
}

function endpointOf(element: XmlElement): Endpoint {
  const binding = attribute(element, 'Binding') ?? ''
  if (binding === '') malformed('Binding', 'a binding', 'none')
  return Object.freeze({ binding, location: attribute(element, 'Location') ?? '' })
}

function indexedOf(element: XmlElement): IndexedEndpoint {
  const value = attribute(element, 'index') ?? ''
  const index = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(index <= 65_535)) malformed('index', '0 to 65535', value)
  return defined({ ...endpointOf(element), index, isDefault: booleanOf(element, 'isDefault') })
}

function attributeOf(element: XmlElement): MetadataAttribute {
  const name = attribute(element, 'Name') ?? ''
  if (name === '') malformed('Name of an attribute', 'a name', 'none')
  return defined({
    name,
    nameFormat: attribute(element, 'NameFormat'),
    friendlyName: attribute(element, 'FriendlyName'),
  })
}

function requestedOf(element: XmlElement): MetadataAttribute {
  return defined({ ...attributeOf(element), isRequired: booleanOf(element, 'isRequired') })
}

function formatsOf(role: XmlElement): readonly string[] {
  return children(role, namespaces.md, 'NameIDFormat').map(trimmedText)
}

/** Text of a type whose white space XML Schema collapses; only XML white space is taken away. */
function trimmedText(element: XmlElement): string {
  const text = textOf(element)
  // Not by a pattern: one that ends in `[ ]+$` tries each blank of a long run anew.
  let [start, end] = [0, text.length]
  while (start < end && isWhiteSpace(text.charAt(start))) start += 1
  while (end > start && isWhiteSpace(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function booleanOf(element: XmlElement, name: string): boolean | undefined {
  const value = attribute(element, name)
  if (value === undefined) return undefined
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  return malformed(name, 'true or false', value)
}

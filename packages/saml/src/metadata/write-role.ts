import { namespaces } from '../names.ts'
import { flagOption, invalidOption } from '../protocol/check-option.ts'
import { keyInfo } from '../signature/key-info.ts'
import { el, type XmlOutput } from '../xml/write.ts'
import { extensionsElement } from './fragment.ts'
import type { EncryptionMethod, IdpMetadata, RoleMetadata, SpMetadata } from './model.ts'
import { attributeElements, attributeServiceElements } from './write-attributes.ts'
import { contactElements, organizationElement } from './write-people.ts'
import { distinctIndexes, endpoints, texts, url, validityAttributes } from './write-value.ts'

/** What `buildMetadata` writes of an IdP: at least where to sign in. */
export type IdpMetadataOptions = Partial<IdpMetadata> & Pick<IdpMetadata, 'ssoEndpoints'>

/** What `buildMetadata` writes of an SP: at least where to answer. */
export type SpMetadataOptions = Partial<SpMetadata> & Pick<SpMetadata, 'acsEndpoints'>

/** An IDPSSODescriptor, its children in the order of the schema. */
export function idpElement(idp: IdpMetadataOptions): XmlOutput {
  if (idp.ssoEndpoints.length === 0) invalidOption('idp.ssoEndpoints', 'at least one', 'none')
  return el(
    'md:IDPSSODescriptor',
    { ...roleAttributes(idp), WantAuthnRequestsSigned: flagOption(idp.wantAuthnRequestsSigned) },
    common(idp),
    endpoints('md:SingleSignOnService', idp.ssoEndpoints),
    endpoints('md:NameIDMappingService', idp.nameIdMappingEndpoints),
    endpoints('md:AssertionIDRequestService', idp.assertionIdRequestEndpoints),
    texts('md:AttributeProfile', idp.attributeProfiles),
    attributeElements(idp.attributes),
  )
}

/** An SPSSODescriptor, its children in the order of the schema. */
export function spElement(sp: SpMetadataOptions): XmlOutput {
  if (sp.acsEndpoints.length === 0) invalidOption('sp.acsEndpoints', 'at least one', 'none')
  return el(
    'md:SPSSODescriptor',
    {
      ...roleAttributes(sp),
      AuthnRequestsSigned: flagOption(sp.authnRequestsSigned),
      WantAssertionsSigned: flagOption(sp.wantAssertionsSigned),
    },
    common(sp),
    endpoints('md:AssertionConsumerService', distinctIndexes('sp.acsEndpoints', sp.acsEndpoints)),
    attributeServiceElements(sp.attributeServices),
  )
}

function roleAttributes(role: Partial<RoleMetadata>) {
  const { errorUrl, otherProtocols = [] } = role
  for (const each of otherProtocols) {
    if (/^$|[\t\n\r ]/.test(each)) invalidOption('otherProtocols', 'URIs', each)
  }
  return {
    ...validityAttributes(role),
    protocolSupportEnumeration: [namespaces.samlp, ...otherProtocols].join(' '),
    errorURL: errorUrl === undefined ? undefined : url('errorUrl', errorUrl),
  }
}

function common(role: Partial<RoleMetadata>): XmlOutput[] {
  const { extensions, organization, artifactResolutionEndpoints = [] } = role
  return [
    extensionsElement(extensions) ?? [],
    keyElements(role),
    organizationElement(organization) ?? [],
    contactElements(role.contacts),
    endpoints(
      'md:ArtifactResolutionService',
      distinctIndexes('artifactResolutionEndpoints', artifactResolutionEndpoints),
    ),
    endpoints('md:SingleLogoutService', role.sloEndpoints),
    endpoints('md:ManageNameIDService', role.manageNameIdEndpoints),
    texts('md:NameIDFormat', role.nameIdFormats),
  ].flat()
}

function keyElements(role: Partial<RoleMetadata>): XmlOutput[] {
  const { signingCertificates = [], encryptionCertificates = [], encryptionMethods = [] } = role
  const methods = new Map(encryptionMethods.map(each => [each.certificate, each.methods]))
  const unknown = [...methods.keys()].some(each => !encryptionCertificates.includes(each))
  if (unknown || methods.size < encryptionMethods.length) {
    invalidOption('encryptionMethods', 'one entry for an encryption certificate', 'another')
  }
  const keyElement = (use: string, pem: string, algorithms: readonly EncryptionMethod[] = []) =>
    el('md:KeyDescriptor', { use }, keyInfo(pem), algorithms.map(methodElement))
  return [
    ...signingCertificates.map(pem => keyElement('signing', pem)),
    ...encryptionCertificates.map(pem => keyElement('encryption', pem, methods.get(pem))),
  ]
}

function methodElement({ algorithm, keySize, ...oaep }: EncryptionMethod): XmlOutput {
  const { oaepParams, digest, mgf } = oaep
  if (algorithm === '') invalidOption('algorithm', 'an algorithm', algorithm)
  return el(
    'md:EncryptionMethod',
    { Algorithm: algorithm },
    keySize === undefined ? undefined : el('xenc:KeySize', {}, bits(keySize)),
    oaepParams === undefined ? undefined : el('xenc:OAEPparams', {}, oaepParams),
    digest === undefined ? undefined : el('ds:DigestMethod', { Algorithm: digest }),
    mgf === undefined ? undefined : el('xenc11:MGF', { Algorithm: mgf }),
  )
}

function bits(keySize: number): string {
  const fits = Number.isInteger(keySize) && keySize > 0 && keySize <= 999_999
  return fits ? String(keySize) : invalidOption('keySize', 'bits', String(keySize))
}

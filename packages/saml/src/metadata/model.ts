/** An endpoint (saml-metadata 2.2.2). Locations are absolute http or https URLs. */
export interface Endpoint {
  readonly binding: string
  readonly location: string
}

/** An endpoint that a request may name by its index (saml-metadata 2.2.3). */
export interface IndexedEndpoint extends Endpoint {
  readonly index: number
  readonly isDefault?: boolean
}

/** An endpoint that takes requests at `location`, and responses at `responseLocation` when it has one (saml-metadata 2.2.2). */
export interface SloEndpoint extends Endpoint {
  readonly responseLocation?: string
}

/** Text for people (saml-metadata 2.2.4). `lang` is a language tag, `und` when the document has none. */
export interface LocalizedText {
  readonly lang: string
  readonly value: string
}

/** Plain text, or a saml:AttributeValue of another form as canonical XML. */
export type MetadataAttributeValue = string | { readonly xml: string }

/** An attribute that an IdP offers, with the values that it may have when they are few (saml-metadata 2.4.3). */
export interface MetadataAttribute {
  readonly name: string
  readonly nameFormat?: string
  readonly friendlyName?: string
  readonly values?: readonly MetadataAttributeValue[]
}

/** An attribute that an SP asks for; `values` are the only ones it takes (saml-metadata 2.4.4.2). */
export interface RequestedAttribute extends MetadataAttribute {
  readonly isRequired?: boolean
}

/** An AttributeConsumingService (saml-metadata 2.4.4.1): a service of an SP, and what it wants to know. */
export interface AttributeService {
  readonly index: number
  readonly isDefault?: boolean
  readonly names: readonly LocalizedText[]
  readonly descriptions?: readonly LocalizedText[]
  readonly attributes: readonly RequestedAttribute[]
}

/** An algorithm that can be used with an encryption key (saml-metadata 2.4.1.1, xmlenc-core1 3.2), by its URI. */
export interface EncryptionMethod {
  readonly algorithm: string
  /** In bits. */
  readonly keySize?: number
  /** Base64. */
  readonly oaepParams?: string
  /** Of RSA-OAEP. */
  readonly digest?: string
  /** Mask generation function of RSA-OAEP. */
  readonly mgf?: string
}

/** What the owner of an encryption certificate says it can decrypt. */
export interface KeyEncryptionMethods {
  readonly certificate: string
  readonly methods: readonly EncryptionMethod[]
}

/** An Organization (saml-metadata 2.3.2.1). */
export interface Organization {
  readonly names: readonly LocalizedText[]
  readonly displayNames: readonly LocalizedText[]
  /** Absolute http or https URLs. */
  readonly urls: readonly LocalizedText[]
  readonly extensions?: readonly string[]
}

/** A ContactPerson (saml-metadata 2.3.2.2). */
export interface Contact {
  readonly type: 'technical' | 'support' | 'administrative' | 'billing' | 'other'
  /** `remd:contactType`, such as `http://refeds.org/metadata/contactType/security`. */
  readonly refedsType?: string
  readonly company?: string
  readonly givenName?: string
  readonly surname?: string
  /** URIs, as a rule of `mailto`. */
  readonly emails: readonly string[]
  readonly phones: readonly string[]
  readonly extensions?: readonly string[]
}

/** How long something is good. Entities and groups tell the earliest and shortest of all that apply to them. */
export interface Validity {
  readonly validUntil?: Date
  readonly cacheDurationSeconds?: number
}

/**
 * What the descriptors of both roles have (saml-metadata 2.4.1, 2.4.2). Certificates are PEM, the
 * preferred first. Its validity is what the role itself says. An extension is the canonical XML of
 * one child of Extensions, such as an mdui:UIInfo.
 */
export interface RoleMetadata extends Validity {
  readonly sloEndpoints: readonly SloEndpoint[]
  readonly signingCertificates: readonly string[]
  readonly encryptionCertificates: readonly string[]
  readonly encryptionMethods?: readonly KeyEncryptionMethods[]
  readonly nameIdFormats: readonly string[]
  readonly artifactResolutionEndpoints?: readonly IndexedEndpoint[]
  readonly manageNameIdEndpoints?: readonly SloEndpoint[]
  /** Protocols that the role speaks besides SAML 2.0, by their URIs. */
  readonly otherProtocols?: readonly string[]
  /** An absolute http or https URL. */
  readonly errorUrl?: string
  readonly organization?: Organization
  readonly contacts?: readonly Contact[]
  readonly extensions?: readonly string[]
}

/** An IDPSSODescriptor (saml-metadata 2.4.3). */
export interface IdpMetadata extends RoleMetadata {
  readonly ssoEndpoints: readonly Endpoint[]
  readonly wantAuthnRequestsSigned: boolean
  readonly nameIdMappingEndpoints?: readonly Endpoint[]
  readonly assertionIdRequestEndpoints?: readonly Endpoint[]
  readonly attributeProfiles?: readonly string[]
  readonly attributes: readonly MetadataAttribute[]
}

/** An SPSSODescriptor (saml-metadata 2.4.4). */
export interface SpMetadata extends RoleMetadata {
  readonly acsEndpoints: readonly IndexedEndpoint[]
  readonly authnRequestsSigned: boolean
  readonly wantAssertionsSigned: boolean
  readonly attributeServices: readonly AttributeService[]
}

/**
 * An EntityDescriptor (saml-metadata 2.3.2). Its validity is the earliest and shortest of its own,
 * its groups' and its roles'. Lists and texts that it has not are absent.
 */
export interface MetadataEntity extends Validity {
  readonly entityId: string
  readonly idp?: IdpMetadata
  readonly sp?: SpMetadata
  /** Other descriptors (AttributeAuthorityDescriptor, RoleDescriptor, roles without SAML 2.0), each as canonical XML. */
  readonly otherRoles?: readonly string[]
  readonly organization?: Organization
  readonly contacts?: readonly Contact[]
  readonly additionalLocations?: readonly AdditionalLocation[]
  readonly extensions?: readonly string[]
}

/** An AdditionalMetadataLocation (saml-metadata 2.3.2.3). */
export interface AdditionalLocation {
  readonly namespace: string
  readonly location: string
}

/** An EntitiesDescriptor (saml-metadata 2.3.1): entities and groups, in document order. */
export interface MetadataGroup extends Validity {
  readonly name?: string
  readonly members: readonly (MetadataEntity | MetadataGroup)[]
  readonly extensions?: readonly string[]
}

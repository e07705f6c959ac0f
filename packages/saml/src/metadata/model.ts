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

/** An endpoint that takes requests at `location` and responses at `responseLocation`, when it has one (saml-metadata 2.2.2). */
export interface SloEndpoint extends Endpoint {
  readonly responseLocation?: string
}

/** An attribute that an IdP offers or an SP asks for; `isRequired` belongs to SPs. */
export interface MetadataAttribute {
  readonly name: string
  readonly nameFormat?: string
  readonly friendlyName?: string
  readonly isRequired?: boolean
}

/** An IDPSSODescriptor (saml-metadata 2.4.3). Certificates are PEM. */
export interface IdpMetadata {
  readonly ssoEndpoints: readonly Endpoint[]
  readonly sloEndpoints: readonly SloEndpoint[]
  readonly signingCertificates: readonly string[]
  readonly encryptionCertificates: readonly string[]
  readonly wantAuthnRequestsSigned: boolean
  readonly nameIdFormats: readonly string[]
  readonly attributes: readonly MetadataAttribute[]
}

/** An SPSSODescriptor (saml-metadata 2.4.4). Certificates are PEM. */
export interface SpMetadata {
  readonly acsEndpoints: readonly IndexedEndpoint[]
  readonly sloEndpoints: readonly SloEndpoint[]
  readonly signingCertificates: readonly string[]
  readonly encryptionCertificates: readonly string[]
  readonly authnRequestsSigned: boolean
  readonly wantAssertionsSigned: boolean
  readonly nameIdFormats: readonly string[]
  /** Name of the service in its first AttributeConsumingService. */
  readonly serviceName?: string
  readonly attributes: readonly MetadataAttribute[]
}

/** An EntityDescriptor (saml-metadata 2.3.2). `validUntil` is the earliest of its own, its groups' and its roles'. */
export interface MetadataEntity {
  readonly entityId: string
  readonly validUntil?: Date
  /** The shortest cacheDuration of its own, its groups' and its roles'. */
  readonly cacheDurationSeconds?: number
  readonly idp?: IdpMetadata
  readonly sp?: SpMetadata
}

export { SamlError, type SamlErrorCode, type SamlErrorDetails, samlErrors } from './errors.ts'
export type { SignedParts } from './metadata/believe.ts'
export {
  buildMetadata,
  buildMetadataGroup,
  type MetadataGroupOptions,
  type MetadataOptions,
} from './metadata/build-metadata.ts'
export { defaultOf } from './metadata/default-of.ts'
export type {
  AdditionalLocation,
  AttributeService,
  Contact,
  EncryptionMethod,
  Endpoint,
  IdpMetadata,
  IndexedEndpoint,
  KeyEncryptionMethods,
  LocalizedText,
  MetadataAttribute,
  MetadataAttributeValue,
  MetadataEntity,
  MetadataGroup,
  Organization,
  RequestedAttribute,
  RoleMetadata,
  SloEndpoint,
  SpMetadata,
  Validity,
} from './metadata/model.ts'
export { type Metadata, type ReadMetadataOptions, readMetadata } from './metadata/read-metadata.ts'
export type { IdpMetadataOptions, SpMetadataOptions } from './metadata/write-role.ts'
export {
  attributeNameFormats,
  authnContexts,
  bindings,
  nameIdFormats,
  statusCodes,
} from './names.ts'
export type { AssertionOptions, AttributeValues, Subject } from './protocol/assertion-element.ts'
export {
  type AuthnRequestOptions,
  type BuiltAuthnRequest,
  buildAuthnRequest,
} from './protocol/build-authn-request.ts'
export { type AcsOwner, chooseAcs } from './protocol/choose-acs.ts'
export { newId } from './protocol/id.ts'
export {
  type ErrorStatus,
  issueResponse,
  type ResponseSigning,
  type StatusOptions,
} from './protocol/issue-response.ts'
export {
  type AuthnRequest,
  type AuthnRequestInput,
  type ReadAuthnRequestOptions,
  readAuthnRequest,
} from './protocol/read-authn-request.ts'
export type { ReplayStore, VerifyResponseOptions } from './protocol/response/expectations.ts'
export type { NameId } from './protocol/response/subject.ts'
export { type VerifiedResponse, verifyResponse } from './protocol/verify-response.ts'
export type { KeyInput, SignatureAlgorithm, SigningKey } from './signature/algorithms.ts'
export { checkKey } from './signature/keys.ts'
export { type SignXmlOptions, signXml } from './signature/sign-xml.ts'
export { type VerifySignatureOptions, verifySignature } from './signature/verify-signature.ts'
export { type CanonicalizeOptions, canonicalize } from './xml/canonicalize.ts'
export { messageLimits, metadataLimits, type XmlLimits } from './xml/limits.ts'
export type {
  XmlAttribute,
  XmlComment,
  XmlDocument,
  XmlElement,
  XmlInstruction,
  XmlNamespace,
  XmlNode,
  XmlText,
} from './xml/nodes.ts'
export { parseXml, type XmlOptions } from './xml/parse.ts'

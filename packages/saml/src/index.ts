export type { ContentEncryption, OaepHash } from './encryption/algorithms.ts'
export type { DecryptionKey } from './encryption/decrypt-element.ts'
export type { Encryption } from './encryption/encrypt-element.ts'
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
  logoutReasons,
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
export { type ChosenNameIdFormat, chooseNameIdFormat } from './protocol/choose-name-id-format.ts'
export {
  type ExplainedCheck,
  type ExplainResponseOptions,
  explainResponse,
  type ResponseExplanation,
} from './protocol/explain-response.ts'
export { newId } from './protocol/id.ts'
export {
  type ErrorStatus,
  issueResponse,
  issueResponseAsync,
  type ResponseSigning,
  type StatusOptions,
} from './protocol/issue-response.ts'
export {
  type BuiltLogoutRequest,
  buildLogoutRequest,
  type LogoutRequestOptions,
} from './protocol/logout/build-logout-request.ts'
export {
  type BuiltLogoutResponse,
  buildLogoutResponse,
  type LogoutResponseOptions,
} from './protocol/logout/build-logout-response.ts'
export { type ChosenSlo, chooseSlo } from './protocol/logout/choose-slo.ts'
export type { LogoutPeer } from './protocol/logout/peer.ts'
export {
  type LogoutRequest,
  type LogoutRequestInput,
  type ReadLogoutRequestOptions,
  readLogoutRequest,
} from './protocol/logout/read-logout-request.ts'
export {
  type LogoutResponse,
  type LogoutResponseInput,
  type ReadLogoutResponseOptions,
  readLogoutResponse,
} from './protocol/logout/read-logout-response.ts'
export { isEndedBy, type LogoutSession } from './protocol/logout/session.ts'
export type { LogoutOutcome, ReceivedStatus } from './protocol/logout/status.ts'
export { checkAuthnContext, meetsAuthnContext } from './protocol/meets-authn-context.ts'
export type { NameId } from './protocol/name-id.ts'
export type { GivenNameId } from './protocol/name-id-element.ts'
export {
  type AuthnRequest,
  type AuthnRequestInput,
  type ReadAuthnRequestOptions,
  readAuthnRequest,
} from './protocol/read-authn-request.ts'
export type {
  AuthnContextComparison,
  NameIdPolicy,
  RequestedAuthnContext,
  Scoping,
} from './protocol/request-demands.ts'
export {
  type RefusalAnswer,
  type RequestSender,
  refusalAnswer,
  type SenderFinder,
} from './protocol/request-refusal.ts'
export { ResponseStatusError } from './protocol/response/envelope.ts'
export type { ReplayStore, VerifyResponseOptions } from './protocol/response/expectations.ts'
export { type VerifiedResponse, verifyResponse } from './protocol/verify-response.ts'
export {
  type KeyInput,
  type SignatureAlgorithm,
  type SigningKey,
  type WeakAlgorithm,
  weakAlgorithms,
} from './signature/algorithms.ts'
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

export { SamlError, type SamlErrorCode, type SamlErrorDetails, samlErrors } from './errors.ts'
export {
  buildMetadata,
  type IdpMetadataOptions,
  type MetadataOptions,
  type SpMetadataOptions,
} from './metadata/build-metadata.ts'
export type {
  Endpoint,
  IdpMetadata,
  IndexedEndpoint,
  MetadataAttribute,
  MetadataEntity,
  SpMetadata,
} from './metadata/model.ts'
export {
  attributeNameFormats,
  authnContexts,
  bindings,
  nameIdFormats,
  statusCodes,
} from './names.ts'
export {
  type AuthnRequestOptions,
  type BuiltAuthnRequest,
  buildAuthnRequest,
} from './protocol/build-authn-request.ts'
export { newId } from './protocol/id.ts'
export {
  type AssertionOptions,
  type AttributeValues,
  type ErrorStatus,
  issueResponse,
  type ResponseSigning,
  type StatusOptions,
  type Subject,
} from './protocol/issue-response.ts'
export type { KeyInput, SignatureAlgorithm, SigningKey } from './signature/algorithms.ts'

export type { CacheRules } from './credentials/cache-rules.ts'
export {
  type CachedCredentials,
  type CacheOptions,
  cachedCredentials,
} from './credentials/cached.ts'
export { type ChainedCredentials, type ChainLink, credentialChain } from './credentials/chain.ts'
export { type ContainerOptions, containerCredentials } from './credentials/container.ts'
export {
  type CredentialSource,
  type Credentials,
  redactable,
  type TemporaryCredentials,
} from './credentials/credentials.ts'
export { defaultCredentialChain } from './credentials/default-chain.ts'
export { type Environment, environmentCredentials } from './credentials/environment.ts'
export { type InstanceOptions, instanceCredentials } from './credentials/instance.ts'
export type { InstanceSettings } from './credentials/instance-endpoint.ts'
export { type ProcessOptions, processCredentials } from './credentials/process.ts'
export { profileCredentials } from './credentials/profile.ts'
export type { ProfileOptions } from './credentials/profile-scope.ts'
export { readTime } from './credentials/read-time.ts'
export {
  byOwnClock,
  type MfaCode,
  type RoleCredentialsOptions,
  roleCredentials,
  type SourceStsOptions,
} from './credentials/role.ts'
export { type SamlOptions, samlCredentials } from './credentials/saml.ts'
export { Secret } from './credentials/secret.ts'
export { type SsoOptions, ssoCredentials } from './credentials/sso.ts'
export type { SsoSession } from './credentials/sso-token.ts'
export { staticCredentials } from './credentials/static.ts'
export { type WebIdentityOptions, webIdentityCredentials } from './credentials/web-identity.ts'
export { clockAheadMs } from './diagnosis/clock-finding.ts'
export {
  type CredentialReport,
  type ExamineOptions,
  examineCredentials,
} from './diagnosis/examine-credentials.ts'
export {
  credentialFindings,
  type Finding,
  type FindingCode,
  type Severity,
} from './diagnosis/findings.ts'
export { nearestName } from './diagnosis/nearest-name.ts'
export type { SourceFacts } from './diagnosis/source-facts.ts'
export {
  type ContainerEndpointOptions,
  type ContainerRole,
  containerCredentialsPath,
  containerEndpoint,
} from './endpoints/container-endpoint.ts'
export type {
  CallerRules,
  EndpointAnswer,
  EndpointHandler,
  EndpointRequest,
  EndpointResult,
} from './endpoints/endpoint.ts'
export type { InstanceFacts } from './endpoints/instance-facts.ts'
export {
  type MetadataEndpointOptions,
  type MetadataRoles,
  metadataEndpoint,
} from './endpoints/metadata-endpoint.ts'
export {
  AwsError,
  type AwsErrorCode,
  type AwsErrorDetails,
  type AwsErrorFault,
  awsErrors,
} from './errors.ts'
export type { HttpRequest, HttpResponse, HttpSend } from './http/http.ts'
export {
  createHttpAgents,
  type HttpAgents,
  type HttpClientOptions,
  type HttpHead,
} from './http/http-agents.ts'
export { createHttpSend, httpSend } from './http/http-send.ts'
export type { HttpProxies, HttpProxy, ProxyAddress } from './http/proxy.ts'
export { proxyFromEnvironment } from './http/proxy-environment.ts'
export { retryAfterMs } from './http/retry-after.ts'
export type { RetryRules } from './http/with-retries.ts'
export { type Arn, parseArn, parseRoleArn, type RoleArn, roleArn } from './identifiers/arn.ts'
export {
  type Partition,
  type PartitionInfo,
  partitionOf,
  partitions,
} from './identifiers/partitions.ts'
export {
  identityOfSessionName,
  roleSessionName,
  type SessionName,
  sessionNamePattern,
} from './identifiers/role-session-name.ts'
export { createIamReader, type IamReader, type IamRole } from './reads/iam.ts'
export {
  createOrganizationsReader,
  type OrganizationAccount,
  type OrganizationsReader,
} from './reads/organizations.ts'
export type { ReaderOptions } from './reads/signed-call.ts'
export type { IniSection, Setting } from './shared-files/ini.ts'
export {
  readSharedFiles,
  type SharedFileOptions,
  type SharedFiles,
} from './shared-files/shared-files.ts'
export { createSignedClient } from './signed-client/create-signed-client.ts'
export { type IapError, toIapError } from './signed-client/iap-error.ts'
export { createMasker, type Masker } from './signed-client/masker.ts'
export type {
  AdapterAuthentication,
  AdapterProxy,
  AdapterRequestRules,
  AdapterSts,
  AuthData,
  CallProperties,
  ClientRequest,
  RolePriority,
  SignedClient,
  SignedClientOptions,
  StsParams,
} from './signed-client/types.ts'
export {
  consoleHostsOf,
  consoleUrlOf,
  federationEndpointOf,
  isConsoleUrl,
} from './signin/console-hosts.ts'
export { type ConsoleSignInOptions, consoleSignInUrl } from './signin/console-sign-in-url.ts'
export { getSigninToken, type SigninTokenOptions } from './signin/signin-token.ts'
export type { ChecksumAlgorithm } from './sigv4/checksums.ts'
export type { ChunkEncoder } from './sigv4/chunk-writer.ts'
export type { IncomingRequest } from './sigv4/incoming-request.ts'
export { createPayloadReader, type PayloadReaderOptions } from './sigv4/payload-reader.ts'
export { type PresigningOptions, presignUrl, presignUrlTraced } from './sigv4/presign-url.ts'
export { signRequest, signRequestTraced } from './sigv4/sign-request.ts'
export {
  type SignedStream,
  type StreamingOptions,
  type StreamingRequest,
  signStreamingRequest,
} from './sigv4/sign-streaming-request.ts'
export type { SigningAlgorithm } from './sigv4/signer.ts'
export type {
  HeaderFields,
  PathRules,
  SignableRequest,
  SignatureTrace,
  SigningOptions,
} from './sigv4/types.ts'
export { type IncomingHead, namesPayload, verifyRequestHead } from './sigv4/verify-request-head.ts'
export { verifySignedRequest } from './sigv4/verify-signed-request.ts'
export type {
  ChunkedPayload,
  ExpectedPayload,
  KnownCredentials,
  PayloadReader,
  VerifiedRequest,
  VerifyOptions,
} from './sigv4/verify-types.ts'
export { checkPolicies } from './sts/check-session.ts'
export { checkTags } from './sts/check-tags.ts'
export { clockTeller } from './sts/clock-teller.ts'
export {
  chainedRoleMaxSeconds,
  type DurationLimit,
  durationLimitOf,
} from './sts/duration-limits.ts'
export { StsClient } from './sts/sts-client.ts'
export { type StsEndpoint, type StsEndpointOptions, stsEndpointOf } from './sts/sts-endpoint.ts'
export type {
  AccessKeyInfo,
  AssumedRole,
  AssumedRoleWithSaml,
  AssumedRoleWithWebIdentity,
  AssumeRoleInput,
  AssumeRoleWithSamlInput,
  AssumeRoleWithWebIdentityInput,
  CallerIdentity,
  DecodedMessage,
  FederationToken,
  GetFederationTokenInput,
  GetSessionTokenInput,
  ProvidedContext,
  SessionInput,
  SessionToken,
  StsAnswer,
  StsClientOptions,
} from './sts/types.ts'

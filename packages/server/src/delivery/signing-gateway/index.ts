export { isLocal, parseListen } from '../../config/check-signing-gateway.ts'
export type {
  AllowRule,
  GatewayCaller,
  GatewayRoute,
  ListenAddress,
  S3Payload,
  SigningGatewayConfig,
} from '../../config/signing-gateway-config.ts'
export { ServerError } from '../../errors.ts'
export { createSigningGateway } from './create-signing-gateway.ts'
export {
  type JsonLinesAudit,
  jsonLinesAudit,
  type LineSink,
  openAuditFile,
  standardOutput,
} from './json-lines-audit.ts'
export { type Listening, listenForGateway } from './listen.ts'
export { type CallerKeys, newCallerKeys } from './new-caller-keys.ts'
export type {
  GatewayAudit,
  GatewayTimeouts,
  SigningGateway,
  SigningGatewayOptions,
} from './types.ts'

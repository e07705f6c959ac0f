export { createSigningGateway } from './create-signing-gateway.ts'
export {
  type JsonLinesAudit,
  jsonLinesAudit,
  type LineSink,
  openAuditFile,
} from './json-lines-audit.ts'
export { type ListenAddress, type Listening, listenForGateway } from './listen.ts'
export type {
  AllowRule,
  GatewayAudit,
  GatewayCaller,
  GatewayRoute,
  GatewayTimeouts,
  S3Payload,
  SigningGateway,
  SigningGatewayOptions,
} from './types.ts'

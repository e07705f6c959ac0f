export type { Config, SamlKeyPair, SamlProviderConfig } from './config.ts'
export { configJsonSchema } from './json-schema.ts'
export { loadConfig } from './load-config.ts'
export {
  type GatewayFile,
  type GatewayFileResult,
  loadGatewayConfig,
} from './load-gateway-config.ts'
export { isSecureUrl } from './loopback.ts'
export type { ConfigResult, Problem } from './problem.ts'
export { configReference } from './reference.ts'
export { canDecrypt } from './saml-key-pair.ts'
export { daysLeft, endNotice } from './weak-algorithms.ts'

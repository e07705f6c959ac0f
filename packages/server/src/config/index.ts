export type { Config, SamlProviderConfig } from './config.ts'
export { loadConfig } from './load-config.ts'
export type { ConfigResult, Problem } from './problem.ts'

export type { Config, SamlProviderConfig } from './config.ts'
export { configJsonSchema } from './json-schema.ts'
export { type LoadOptions, loadConfig } from './load-config.ts'
export type { ConfigResult, Problem } from './problem.ts'

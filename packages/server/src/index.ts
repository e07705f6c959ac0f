export {
  type AccountReport,
  catalogOf,
  type DiscoveryReport,
  type ReadingReport,
} from './accounts/index.ts'
export {
  type Audit,
  type AuditEvent,
  type AuditEventType,
  auditEventTypes,
  type ChainReport,
  createAudit,
  type EventFormat,
  type ExportReport,
  eventLine,
  type LogRange,
  type RecordedEvent,
  readLog,
  recordedEvent,
  recordIn,
  type SinkState,
  sinkStates,
  verifyChain,
  verifyExport,
} from './audit/index.ts'
export {
  type Broker,
  type BrokerOptions,
  type BrokerPrincipal,
  createBroker,
  type PrincipalBroker,
} from './broker.ts'
export type { GrantRule } from './config/grant-rule.ts'
export {
  type Config,
  type ConfigResult,
  configJsonSchema,
  configReference,
  loadConfig,
  type Problem,
  type SamlKeyPair,
  type SamlProviderConfig,
} from './config/index.ts'
export { type ProblemPart, problemLines } from './config/problem-lines.ts'
export {
  createDirectory,
  type Directory,
  DirectoryError,
  directoryErrors,
  type NewUser,
  shortestPassword,
  type User,
} from './directory/index.ts'
export { ServerError, type ServerErrorCode, serverErrors } from './errors.ts'
export {
  type AccessExplanation,
  type ExplainAccessOptions,
  explainAccess,
} from './explain-access.ts'
export {
  type Ask,
  type At,
  compileGrants,
  type Decision,
  type Explanation,
  explanationLines,
  type GrantExplanation,
  type Grants,
  type RoleAsk,
} from './grants/index.ts'
export {
  type Account,
  type AccountVia,
  type DeliveryForm,
  type Grant,
  type KnownRole,
  localSource,
  type Principal,
  principalId,
  type RoleCatalog,
  type RoleOffer,
  type RoleSession,
  type SessionTag,
} from './nouns.ts'
export { type ReadAccountsOptions, readAccounts } from './read-accounts.ts'
export { type ServeOptions, serve } from './serve.ts'
export { createServer, type GatewayOptions, type GatewayServer } from './server.ts'
export {
  type AnswerExplanation,
  endSessionsOf,
  explainSamlResponse,
  type SignInRefusalCode,
  signInRefusals,
} from './signin/index.ts'
export { openStore, type Store, StoreError, storeErrors } from './store/index.ts'

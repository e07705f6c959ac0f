export { StoreError, type StoreErrorCode, storeErrors } from './errors.ts'
export { openStore, type Store, type StoreFile } from './open-store.ts'
export type { SessionWatch } from './session-changes.ts'
export { storeFailureOf } from './sqlite-errors.ts'
export type {
  AuditEventsTable,
  AuditSinksTable,
  BrowserSessionsTable,
  ReplaysTable,
  SignInRequestsTable,
  Tables,
  UserGroupsTable,
  UsersTable,
} from './tables.ts'

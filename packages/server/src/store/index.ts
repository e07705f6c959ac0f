export { StoreError, type StoreErrorCode, storeErrors } from './errors.ts'
export { openStore, type Store } from './open-store.ts'
export type {
  AuditEventsTable,
  BrowserSessionsTable,
  ReplaysTable,
  SignInRequestsTable,
  Tables,
  UserGroupsTable,
  UsersTable,
} from './tables.ts'

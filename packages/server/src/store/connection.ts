/** What another thread needs for a connection of its own; loads nothing else. */
export { checkFiles, type OpenedFile } from './database-files.ts'
export { inTransaction } from './in-transaction.ts'
export { openDatabase } from './open-database.ts'

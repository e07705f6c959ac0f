/** Why the store could not be opened or used. */
export const storeErrors = {
  'store-newer': {
    meaning: 'The database was written by a newer version of Rolecall.',
    remedy: 'Start that version again, or restore a backup made before the upgrade.',
  },
  'store-unusable': {
    meaning: 'The database file cannot be opened, or is not a database of ours.',
    remedy: 'Check `store.file`, its directory, their owner and permissions, and the free space.',
  },
  'store-replaced': {
    meaning: 'The database file was deleted or replaced while it was in use.',
    remedy: 'Put the right file back in its place, then start the gateway again.',
  },
  'store-failed': {
    meaning: 'The database is locked by another program, read-only, full or damaged.',
    remedy:
      'Check the free space and the permissions of the store’s directory, and which programs have it open.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>

/** One of the codes of `storeErrors`. */
export type StoreErrorCode = keyof typeof storeErrors

/** A failure of the database itself; the message names the file or the cause. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  readonly remedy: string

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
    this.remedy = storeErrors[code].remedy
  }
}

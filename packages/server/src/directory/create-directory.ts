import { createHash, randomUUID } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { localSource, principalId } from '../nouns.ts'
import type { Store, Tables, UsersTable } from '../store/index.ts'
import { DirectoryError } from './errors.ts'
import { checkField, checkUsername, foldUsername } from './names.ts'
import { checkNewPassword, createPasswords } from './passwords.ts'
import type { NewUser, User } from './user.ts'

/** What must be written together with a change, or else the change is not made. */
export type Alongside = (transaction: Transaction<Tables>) => Promise<unknown>

/** The local users. Every method that names a user who is not there throws DirectoryError. */
export interface Directory {
  add(user: NewUser, also?: Alongside): Promise<User>
  setPassword(username: string, password: string, also?: Alongside): Promise<void>
  /** A disabled user cannot sign in and is signed out everywhere. */
  setDisabled(username: string, disabled: boolean, also?: Alongside): Promise<void>
  /** The user when the password is right and the user may sign in; otherwise undefined. */
  verifyPassword(username: string, password: string): Promise<User | undefined>
  find(username: string): Promise<User | undefined>
  /** Whether there is such a user; takes as long for a user as for nobody. */
  has(username: string): Promise<boolean>
  /** Whether there is any user at all. */
  hasUsers(): Promise<boolean>
  /** All users by username. */
  list(): Promise<readonly User[]>
}

/** The directory on a store. Time is passed in; user ids are random UUIDs. */
export function createDirectory(store: Store, options: { now: () => Date }): Directory {
  const { db } = store
  const passwords = createPasswords()

  const row = (username: string) =>
    db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst()

  const groupsOf = async (id: string): Promise<readonly string[]> => {
    const groups = db.selectFrom('user_groups').select('group_name').where('user_id', '=', id)
    return (await groups.orderBy('group_name').execute()).map(group => group.group_name)
  }

  /** A changed password or a disabled user also ends the sessions that the user has open. */
  const change = (username: string, values: Partial<UsersTable>, also?: Alongside): Promise<void> =>
    db.transaction().execute(async transaction => {
      const query = transaction.updateTable('users').set(values).where('username', '=', username)
      const { numUpdatedRows } = await query.executeTakeFirst()
      if (numUpdatedRows === 0n) {
        throw new DirectoryError('user-unknown', `there is no user ${quote(username)}`)
      }
      await transaction
        .deleteFrom('browser_sessions')
        .where(sql`json_extract(principal, '$.id')`, '=', principalId(localSource, username))
        .execute()
      await also?.(transaction)
    })

  return Object.freeze({
    async add(user: NewUser, also?: Alongside) {
      checkUsername(user.username)
      checkNewPassword(user.password)
      const displayName = user.displayName ?? user.username
      checkField('display name', displayName)
      if (user.email !== undefined) checkField('e-mail address', user.email)
      const groups = [...new Set(user.groups)].sort()
      for (const group of groups) checkField('group', group)

      const users: UsersTable = {
        id: randomUUID(),
        username: user.username,
        username_folded: foldUsername(user.username),
        display_name: displayName,
        email: user.email ?? null,
        password_hash: await passwords.hash(user.password),
        disabled_at: null,
        created_at: options.now().getTime(),
      }
      await db.transaction().execute(async transaction => {
        const taken = await transaction
          .selectFrom('users')
          .select('username')
          .where('username_folded', '=', users.username_folded)
          .executeTakeFirst()
        if (taken !== undefined) throw usernameTaken(user.username, taken.username)
        await transaction.insertInto('users').values(users).execute()
        const rows = groups.map(group_name => ({ user_id: users.id, group_name }))
        if (rows.length > 0) await transaction.insertInto('user_groups').values(rows).execute()
        await also?.(transaction)
      })
      return toUser(users, groups)
    },

    async setPassword(username: string, password: string, also?: Alongside) {
      checkNewPassword(password)
      await change(username, { password_hash: await passwords.hash(password) }, also)
    },

    setDisabled: (username: string, disabled: boolean, also?: Alongside) =>
      change(username, { disabled_at: disabled ? options.now().getTime() : null }, also),

    async verifyPassword(username: string, password: string) {
      const before = await row(username)
      // Always checked, also for nobody and for a disabled user: the time must not tell them apart.
      const matches = await passwords.verify(password, before?.password_hash)
      // The check takes a while, longer when others wait: what counts is the user of now.
      const found = await row(username)
      const isSame = found !== undefined && found.password_hash === before?.password_hash
      if (!matches || !isSame || found.disabled_at !== null) return undefined
      return toUser(found, await groupsOf(found.id))
    },

    has: async (username: string) => (await row(username)) !== undefined,

    async find(username: string) {
      const found = await row(username)
      return found === undefined ? undefined : toUser(found, await groupsOf(found.id))
    },

    async hasUsers() {
      return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
    },

    async list() {
      const rows = await db.selectFrom('users').selectAll().orderBy('username').execute()
      return Promise.all(rows.map(async found => toUser(found, await groupsOf(found.id))))
    },
  })
}

function toUser(row: UsersTable, groups: readonly string[]): User {
  return Object.freeze({
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    email: row.email ?? undefined,
    groups: Object.freeze([...groups]),
    createdAt: new Date(row.created_at),
    // The hash has a random salt: the same password set again is another credential.
    credential: createHash('sha256').update(row.password_hash).digest('hex'),
    disabledAt: row.disabled_at === null ? undefined : new Date(row.disabled_at),
  })
}

function usernameTaken(wanted: string, existing: string): DirectoryError {
  const how = wanted === existing ? 'exists' : `reads like ${quote(existing)}, who exists`
  return new DirectoryError('username-taken', `the user ${quote(wanted)} ${how}`)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 128))
}

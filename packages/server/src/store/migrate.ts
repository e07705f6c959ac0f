import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { StoreError } from './errors.ts'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

/**
 * Runs the migrations that this database has not had, all in one transaction. A database that has
 * had one which we do not know comes from a newer version and is refused.
 */
export async function migrate(db: Kysely<Tables>, known = migrations): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...known }) } })
  const unknown = (await executed(db)).filter(name => !(name in known))
  if (unknown.length > 0) {
    throw new StoreError(
      'store-newer',
      `the database has the migration ${unknown.join(', ')}, which this version does not know`,
    )
  }
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

async function executed(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(table => table.name === 'kysely_migration')) return []
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute()
  return rows.map(row => row.name)
}

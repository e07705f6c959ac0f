import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../failure.ts'
import type { RoleKeys } from '../sources/source.ts'
import { type DataKey, dataKey } from './data-key.ts'
import { forgetFailure, readFailure, writeFailure } from './flight-failure.ts'
import { entryContext, isAlive, isFresh, type KeyEntry, keyEntry, readEntry } from './key-entry.ts'
import { makeDataKey } from './make-data-key.ts'
import { isPrivateFolder } from './private-file.ts'
import { pruneEntries } from './prune-entries.ts'
import { entryFile, sealKeys } from './seal-keys.ts'
import type { CachedKeys, KeyCache, KeyName } from './vault.ts'

/** What the cache has of its surroundings. */
export interface KeyCacheParts {
  readonly now?: () => number
  readonly random?: () => number
  /** One line for the person who waits. */
  readonly tell?: (message: string) => void
  /** A person who waits is told after so long. Default: 2 s. */
  readonly quietMs?: number
  /** How long is waited for another process that signs in. Default: 5 minutes. */
  readonly waitMs?: number
  /** Whether a person can be asked here, where another process could ask nobody. */
  readonly canAsk?: boolean
}

/** The cache of the user that the environment names. Nothing is made or read before it is used. */
export function openKeyCache(
  env: Readonly<Record<string, string | undefined>>,
  {
    now = Date.now,
    random = Math.random,
    tell = message => process.stderr.write(`rolecall: ${message}\n`),
    quietMs = 2000,
    waitMs = 300_000,
    canAsk = false,
  }: KeyCacheParts = {},
): KeyCache {
  const flying = new Map<string, Promise<RoleKeys>>()

  const get: KeyCache['get'] = async (name, make, options = {}) => {
    const data = makeDataKey(env)
    if (data === undefined || !isPrivateFolder(data.folder, { make: true })) {
      return noted(await make(), 'they are not cached: no folder of your own to keep them in')
    }
    const file = entryFile(data.key, name)
    const since = now()
    if (options.force !== true) {
      const entry = readEntry(data, file)
      if (entry !== undefined && isFresh(entry, since, options.leftMs)) return entry.keys
    }
    const flight = flying.get(file) ?? fly({ data, file, name, make, since, ...options })
    flying.set(file, flight)
    return flight.finally(() => flying.delete(file))
  }

  interface Flight {
    readonly data: DataKey
    readonly file: string
    readonly name: KeyName
    readonly make: () => Promise<RoleKeys>
    readonly since: number
    readonly leftMs?: number
    readonly force?: boolean
  }

  /** One process of all makes the keys; the others find what it has made, or why it could not. */
  async function fly(flight: Flight): Promise<RoleKeys> {
    const { withFileLock } = await import('../files/file-lock.ts')
    const path = join(flight.data.folder, flight.file)
    let entered = false
    const wait = setTimeout(
      () => tell('another rolecall is getting these keys; waiting for it'),
      quietMs,
    )
    try {
      return await withFileLock(
        path,
        () => {
          entered = true
          clearTimeout(wait)
          return land(flight)
        },
        // A sign-in takes seconds; many who look often would take the machine from it.
        { waitMs, pauseMs: 150, instead: () => landed(flight) },
      )
    } catch (error) {
      // Where no lock can be made nothing can be kept either; the keys can be had all the same.
      if (entered || error instanceof Failure) throw error
      return noted(await flight.make(), `they are not cached: ${codeOf(error)}`)
    } finally {
      clearTimeout(wait)
    }
  }

  /** What another process has made of it since this one began; throws why that could not. */
  function landed({ data, file, since, leftMs, force }: Flight): RoleKeys | undefined {
    const entry = readEntry(data, file)
    const isNews = entry !== undefined && (force !== true || entry.made > since)
    if (isNews && isFresh(entry, now(), leftMs)) return entry.keys
    const failed = readFailure(data, file)
    if (failed === undefined || failed.at <= since) return undefined
    if (canAsk && failed.reason === 'cannotAsk') return undefined
    // A second try would ask the same person the same again.
    return stillGood(entry, force, new Failure(failed.reason, failed.message, failed.hint))
  }

  async function land(flight: Flight): Promise<RoleKeys> {
    const { data, file, name, make, force } = flight
    const ready = landed(flight)
    if (ready !== undefined) return ready
    let keys: RoleKeys
    try {
      keys = await make()
    } catch (error) {
      await writeFailure(data, file, error, now())
      return stillGood(readEntry(data, file), force, error)
    }
    forgetFailure(data, file)
    pruneEntries(data, now())
    const problem = await writeEntry(data, file, keyEntry(name, keys, now(), random()))
    return problem === undefined ? keys : noted(keys, `they are not cached: ${problem}`)
  }

  function stillGood(
    old: KeyEntry | undefined,
    force: boolean | undefined,
    error: unknown,
  ): RoleKeys {
    const isStopped = error instanceof Failure && error.reason === 'interrupted'
    if (old === undefined || force === true || isStopped || !isAlive(old, now())) throw error
    const why = error instanceof Error ? error.message : String(error)
    return noted(
      old.keys,
      `keys of before, good until ${old.keys.expiration}; new ones failed: ${why}`,
    )
  }

  return Object.freeze({
    get,
    list: async () => entriesOf(env).map(({ entry }) => withoutSecrets(entry)),
    forget: async (connection?: string, of?: Pick<KeyName, 'username'>) => {
      const found = entriesOf(env).filter(
        ({ entry: { name } }) =>
          (connection === undefined || name.connection === connection) &&
          (of === undefined || name.username === of.username),
      )
      for (const { path } of found) await rm(path, { force: true })
      await forgetAnswers(env)
      return found.length
    },
  })
}

function entriesOf(env: Readonly<Record<string, string | undefined>>) {
  const data = dataKey(env)
  if (data === undefined || !existsSync(data.folder) || !isPrivateFolder(data.folder)) return []
  return readdirSync(data.folder)
    .filter(file => /^k-[0-9a-f]{40}$/.test(file))
    .flatMap(file => {
      const entry = readEntry(data, file)
      return entry === undefined ? [] : [{ path: join(data.folder, file), entry }]
    })
}

/** What commands were answered with names keys of the cache: it goes with them. */
async function forgetAnswers(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const folder = dataKey(env)?.folder
  if (folder === undefined || !isPrivateFolder(folder)) return
  const files = readdirSync(folder).filter(file => file.startsWith('a-'))
  for (const file of files) await rm(join(folder, file), { force: true })
}

/** Gives what hindered it, for people. */
async function writeEntry(
  { key, folder }: DataKey,
  file: string,
  entry: KeyEntry,
): Promise<string | undefined> {
  const { replaceFile } = await import('@rolecall/aws/shared-files')
  try {
    await replaceFile(join(folder, file), sealKeys(key, entryContext(file), JSON.stringify(entry)))
    return undefined
  } catch (error) {
    return codeOf(error)
  }
}

function noted(keys: RoleKeys, note: string): RoleKeys {
  return { ...keys, notes: [...keys.notes, note] }
}

function withoutSecrets({ name, keys }: KeyEntry): CachedKeys {
  const { accessKeyId, assumedRoleArn, expiration } = keys
  return { ...name, accessKeyId, assumedRoleArn, expiration }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

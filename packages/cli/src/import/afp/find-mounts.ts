/** The parts of an installation of the old program: its mounts, its accounts, its metadata proxy. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join, normalize } from 'node:path'
import { Failure } from '../../failure.ts'
import type { OldMap } from '../old-value.ts'
import { oldFiles, readOldFiles } from './old-files.ts'
import type { Note } from './read-old-yaml.ts'

/** One mount of afp-core: what one CONFIG_PATH says. */
export interface Mount {
  /** The name of its directory or file: `human`. */
  readonly name: string
  readonly path: string
  readonly config: OldMap
}

/** What was found under the directories. */
export interface Installation {
  readonly mounts: readonly Mount[]
  readonly accounts: OldMap | undefined
  /** The configuration of alppaca. */
  readonly metadataProxy: OldMap | undefined
}

/**
 * Reads each path as a CONFIG_PATH. A directory without YAML files stands for those below it, so that
 * `/etc/afp-core` finds `human`, `machine` and `accounts`.
 */
export async function findMounts(
  paths: readonly string[],
  accountsPath: string | undefined,
  note: Note,
): Promise<Installation> {
  const mounts: Mount[] = []
  let accounts: OldMap | undefined
  let metadataProxy: OldMap | undefined
  if (accountsPath !== undefined) {
    accounts = await readOldFiles(await oldFiles(accountsPath), note)
    if (accounts === undefined) throw nothingIn(accountsPath)
  }
  for (const path of await spread(paths)) {
    const config = await readOldFiles(await oldFiles(path), note)
    if (config === undefined) throw nothingIn(path)
    if (config.entries.has('ims_host')) metadataProxy = config
    else if (isAccounts(config)) {
      if (accountsPath !== undefined && normalize(path) === normalize(accountsPath)) continue
      if (accounts !== undefined) {
        const hint = 'name the one that counts with --accounts'
        throw new Failure('refused', `${path} holds accounts, and others do too`, hint)
      }
      accounts = config
    } else {
      const name = basename(path).replace(/\.yaml$/, '')
      mounts.push(Object.freeze({ name, path, config }))
    }
  }
  return Object.freeze({ mounts, accounts, metadataProxy })
}

async function spread(paths: readonly string[]): Promise<readonly string[]> {
  const all: string[] = []
  for (const path of paths) {
    const isDirectory = (await stat(path).catch(() => undefined))?.isDirectory() === true
    if (!isDirectory || (await oldFiles(path)).length > 0) {
      all.push(path)
      continue
    }
    const below: string[] = []
    for (const name of (await readdir(path)).sort()) {
      const inner = join(path, name)
      if ((await stat(inner)).isDirectory() && (await oldFiles(inner)).length > 0) below.push(inner)
    }
    if (below.length === 0) throw nothingIn(path)
    all.push(...below)
  }
  return all
}

/** Every value is a map with an `id`, and none is a section of the old program. */
function isAccounts(config: OldMap): boolean {
  const values = [...config.entries].filter(([name]) => name !== '')
  const sections = ['api', 'aws', 'provider', 'logging_handler', 'log_level', 'log_format']
  return (
    values.length > 0 &&
    !values.some(([name]) => sections.includes(name)) &&
    values.some(([, { value }]) => value.kind === 'map' && value.entries.has('id'))
  )
}

function nothingIn(path: string): Failure {
  const hint = 'name what CONFIG_PATH names: a file, a directory of *.yaml files, or a pattern'
  return new Failure('refused', `there is no configuration in ${path}`, hint)
}

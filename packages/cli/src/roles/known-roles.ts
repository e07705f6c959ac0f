/** The roles that each connection offered last: for completion, the picker, names and profiles. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseRoleArn } from '@rolecall/aws'
import type { Connection } from '../connections/connection.ts'
import { sourceId } from '../connections/source-id.ts'
import { stateFolder } from '../places.ts'
import type { OfferedRole } from '../sources/source.ts'
import { fieldsOf, readState, writeState } from './state-file.ts'

/** A list of roles as a sign-in gave it. It holds no secret. */
export interface KnownRoles {
  readonly connection: string
  /** For people: who, where. */
  readonly who: string
  /** RFC 3339, UTC. */
  readonly at: string
  /** Of which provider and address; undefined where that is unknown. */
  readonly source?: string | undefined
  readonly roles: readonly OfferedRole[]
}

type Environment = Readonly<Record<string, string | undefined>>

const mostRoles = 20_000
const mostConnections = 1000
const longestText = 2048

/** The last list of a connection; undefined when there is none. */
export function readKnownRoles(connection: string, env: Environment): KnownRoles | undefined {
  const found = listIn(readState(knownRolesFile(connection, env)))
  // Names that differ in case alone share a file on some systems.
  return found?.connection === connection ? found : undefined
}

/** The last list of a connection, unless it led elsewhere then. */
export function knownRolesOf(
  connection: Pick<Connection, 'name' | 'provider' | 'url'>,
  env: Environment,
): KnownRoles | undefined {
  const found = readKnownRoles(connection.name, env)
  return found?.source === sourceId(connection) ? found : undefined
}

/** The last list of every connection, by its name. */
export function listKnownRoles(env: Environment): readonly KnownRoles[] {
  return files(env)
    .map(file => listIn(readState(join(folderOf(env), file))))
    .filter(found => found !== undefined)
}

/** Keeps a list: the first 20 000 roles. A folder that cannot be written is no failure: it is a memory. */
export function writeKnownRoles(
  connection: string,
  { who, source, roles }: Pick<KnownRoles, 'who' | 'source' | 'roles'>,
  env: Environment,
  now: Date = new Date(),
): void {
  const kept: KnownRoles = {
    connection,
    who,
    source,
    at: now.toISOString(),
    roles: roles.slice(0, mostRoles),
  }
  writeState(knownRolesFile(connection, env), { version: 1, ...kept })
}

/** Forgets the list of a connection, or all. */
export function forgetKnownRoles(connection: string | undefined, env: Environment): void {
  const all = files(env).map(file => join(folderOf(env), file))
  for (const file of connection === undefined ? all : [knownRolesFile(connection, env)]) {
    rmSync(file, { force: true })
  }
}

const folderOf = (env: Environment): string => join(stateFolder(env), 'known-roles')

/** The file of a connection's list. */
export const knownRolesFile = (connection: string, env: Environment): string =>
  join(folderOf(env), `${encodeURIComponent(connection).replaceAll('.', '%2E').slice(0, 200)}.json`)

function files(env: Environment): readonly string[] {
  try {
    const names = readdirSync(folderOf(env)).filter(name => name.endsWith('.json'))
    return names.sort().slice(0, mostConnections)
  } catch {
    return []
  }
}

function listIn(value: unknown): KnownRoles | undefined {
  const { version, connection, who, source, at, roles } = fieldsOf(value)
  if (version !== 1 || !isText(connection) || !isText(who) || !isText(at)) return undefined
  if (source !== undefined && !isText(source)) return undefined
  if (Number.isNaN(Date.parse(at)) || !Array.isArray(roles) || roles.length > mostRoles)
    return undefined
  const read = roles.map(roleOf).filter(role => role !== undefined)
  return read.length === roles.length
    ? { connection, who, source: textOf(source), at, roles: read }
    : undefined
}

function roleOf(value: unknown): OfferedRole | undefined {
  const { roleArn, accountName, principalArn, region, keys, consoleHref } = fieldsOf(value)
  if (!isText(roleArn) || typeof keys !== 'boolean') return undefined
  const optional = [accountName, principalArn, region, consoleHref]
  if (!optional.every(text => text === undefined || isText(text))) return undefined
  try {
    const { partition, accountId, name } = parseRoleArn(roleArn)
    return {
      roleArn,
      accountId,
      partition,
      accountName: textOf(accountName),
      roleName: name,
      principalArn: textOf(principalArn),
      region: textOf(region),
      keys,
      consoleHref: textOf(consoleHref),
    }
  } catch {
    return undefined
  }
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= longestText

const textOf = (value: unknown): string | undefined => (isText(value) ? value : undefined)

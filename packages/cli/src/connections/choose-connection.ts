/** Which connection a command uses. */

import { Failure } from '../failure.ts'
import { buildConnection, readAccountNames } from './build-connection.ts'
import type { Connection } from './connection.ts'
import { optionOf } from './connection-option.ts'
import type { ConnectionFlags } from './flags.ts'
import { findKey } from './ini.ts'
import { type ConnectionFile, connectionNames, readConnectionFiles } from './read-files.ts'
import type { Place } from './resolve.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The connection of which no name is said. */
export const defaultName = 'default'

/**
 * The connection that `-a`, ROLECALL_CONNECTION or SAML2AWS_IDP_ACCOUNT names; else `default`, else the only
 * one. Flags go before variables, these before our file, and that before `~/.saml2aws`. Throws `Failure`
 * `usage` for a name that does not exist or has to be said, and `configuration`.
 */
export async function chooseConnection(
  flags: ConnectionFlags,
  env: Environment,
): Promise<Connection> {
  const files = readConnectionFiles(flags, env)
  const named = connectionNamed(flags, env)
  const name = named ?? chosenName(files)
  const place = placeNamed(files, name)
  if (place === undefined && named !== undefined && !isWhole(flags)) {
    throw await unknownConnection(named, files)
  }
  if (place === undefined && named === undefined) refuseMany(files, flags, env)
  return buildConnection({ name, flags, env, place, accountNames: readAccountNames(files) })
}

/** The name that was said. */
export function connectionNamed(flags: ConnectionFlags, env: Environment): string | undefined {
  return (
    flags.connection ||
    flags.idpAccount ||
    env.ROLECALL_CONNECTION ||
    env.SAML2AWS_IDP_ACCOUNT ||
    undefined
  )
}

/** A connection as it stands in a file, for lists. */
export interface ListedConnection {
  readonly name: string
  /** As written there; it need not be one that this command knows. */
  readonly provider: string | undefined
  readonly url: string | undefined
  readonly username: string | undefined
  readonly file: string
  /** Whether it is the one that commands use when none is named. */
  readonly isDefault: boolean
}

/** Every connection of both files, ours first; one that another hides is not in it. */
export async function listConnections(
  env: Environment,
  flags: ConnectionFlags = {},
): Promise<readonly ListedConnection[]> {
  const files = readConnectionFiles(flags, env)
  const chosen = connectionNamed(flags, env) ?? chosenName(files)
  return allNames(files).flatMap(name => {
    const place = placeNamed(files, name)
    if (place === undefined) return []
    const value = (key: string) => findKey(place.file.ini, name, key)?.found.value || undefined
    return Object.freeze({
      name,
      provider: value('provider'),
      url: value('url'),
      username: value('username'),
      file: place.file.path,
      isDefault: name === chosen,
    })
  })
}

/** The section of that name that counts. */
export function placeNamed(files: readonly ConnectionFile[], section: string): Place | undefined {
  const file = files.find(each => each.ini.sections.has(section))
  return file === undefined ? undefined : { file, section }
}

function allNames(files: readonly ConnectionFile[]): readonly string[] {
  return [...new Set(files.flatMap(connectionNames))]
}

/** A section with an address: others hold what the sections below them share (`[work]` for `[work.eu]`). */
function usable(files: readonly ConnectionFile[]): readonly string[] {
  return allNames(files).filter(name => {
    const place = placeNamed(files, name)
    return place !== undefined && (findKey(place.file.ini, name, 'url')?.found.value ?? '') !== ''
  })
}

function chosenName(files: readonly ConnectionFile[]): string {
  if (allNames(files).includes(defaultName)) return defaultName
  const [only, ...others] = usable(files)
  return only !== undefined && others.length === 0 ? only : defaultName
}

/** Whether the command line says all of a connection: then it needs no section. */
function isWhole({ url, idpProvider }: ConnectionFlags): boolean {
  return Boolean(url && idpProvider)
}

function refuseMany(
  files: readonly ConnectionFile[],
  flags: ConnectionFlags,
  env: Environment,
): void {
  if (flags.url || env.ROLECALL_URL || env.SAML2AWS_URL) return
  const names = usable(files)
  if (names.length === 0) {
    throw new Failure(
      'configuration',
      'there is no connection yet',
      'rolecall configure https://aws.example.com',
    )
  }
  throw new Failure(
    'usage',
    `there are ${names.length} connections and none is named default: ${listed(names)}`,
    `choose one with ${optionOf(names[0] ?? '')}, or set ROLECALL_CONNECTION`,
  )
}

/** Why a name is none of a connection, and which is like it. */
export async function unknownConnection(
  name: string,
  files: readonly ConnectionFile[],
): Promise<Failure> {
  const names = allNames(files)
  if (names.length === 0) {
    return new Failure(
      'usage',
      `there is no connection "${name}", and no other`,
      `rolecall configure ${optionOf(name)} https://aws.example.com`,
    )
  }
  // Loaded when it is needed: every command passes here.
  const { nearestName } = await import('@rolecall/aws')
  const nearest = nearestName(name, names)
  const there = `there is no connection "${name}"; there are: ${listed(names)}`
  return new Failure(
    'usage',
    there,
    nearest === undefined
      ? `rolecall configure ${optionOf(name)}`
      : `did you mean ${nearest}? ${optionOf(nearest)}`,
  )
}

const maxListed = 20

function listed(names: readonly string[]): string {
  const more = names.length - maxListed
  return more > 0 ? `${names.slice(0, maxListed).join(', ')} and ${more} more` : names.join(', ')
}

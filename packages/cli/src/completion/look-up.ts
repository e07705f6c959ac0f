/** Values of a command line from files of this machine; nothing is asked of a server. */
import { sharedFilePaths } from '@rolecall/aws/shared-files'
import { connectionNamed, listConnections } from '../connections/choose-connection.ts'
import { readIniText } from '../files/edit-ini-file.ts'
import { iniLines } from '../files/ini-lines.ts'
import { profileOf } from '../files/ini-names.ts'
import { type KnownRoles, listKnownRoles, readKnownRoles } from '../roles/known-roles.ts'
import { roleWord } from '../roles/role-label.ts'
import type { OfferedRole } from '../sources/source.ts'
import type { Candidate, LookUp } from './candidates.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** More roles than this are completed account by account. */
const mostRoles = 60

/** Looks values up for a person with this environment. What cannot be read has none. */
export function lookUpIn(env: Environment): LookUp {
  return async (kind, { current, connection }) => {
    try {
      if (kind === 'connection') return await connections(env)
      if (kind === 'profile') return await profiles(env)
      return roleCandidates(await knownRoles(connection, env), current)
    } catch {
      return []
    }
  }
}

async function connections(env: Environment): Promise<readonly Candidate[]> {
  const all = await listConnections(env)
  return all.map(({ name, provider, url }) => ({
    value: name,
    note: [provider, url].filter(Boolean).join(' '),
  }))
}

/** Of the connection that the command would use; of all when that is not clear. */
async function knownRoles(
  connection: string | undefined,
  env: Environment,
): Promise<readonly OfferedRole[]> {
  const named = connection ?? connectionNamed({}, env)
  const chosen = named ?? (await listConnections(env)).find(({ isDefault }) => isDefault)?.name
  const lists: readonly (KnownRoles | undefined)[] =
    chosen === undefined ? listKnownRoles(env) : [readKnownRoles(chosen, env)]
  return lists.flatMap(list => list?.roles ?? [])
}

function roleCandidates(roles: readonly OfferedRole[], current: string): readonly Candidate[] {
  const folded = current.toLowerCase()
  const all = words(roles)
  const begun = all.filter(({ value }) => value.toLowerCase().startsWith(folded))
  if (begun.length <= mostRoles) return all
  // Of an ARN the account is no part that stands alone.
  const accounts = Map.groupBy(begun, ({ value }) => /^[^/:]+\//.exec(value)?.[0] ?? '')
  accounts.delete('')
  return accounts.size > 1
    ? [...accounts].map(([value, of]) => ({ value, note: `${of.length} roles` }))
    : all
}

/** As `roleWord`, which looks at all roles for each: too slow for thousands. */
function words(roles: readonly OfferedRole[]): readonly (Candidate & { readonly value: string })[] {
  const byLabel = Map.groupBy(roles, role =>
    `${role.accountName ?? role.accountId}/${role.roleName}`.toLowerCase(),
  )
  return [...byLabel.values()].flatMap(same =>
    same.map(role => ({ value: roleWord(role, same), note: noteOf(role) })),
  )
}

const noteOf = ({ accountId, accountName }: OfferedRole): string =>
  accountName === undefined ? accountId : `${accountName} ${accountId}`

/** Of both files, as AWS's tools name them. */
async function profiles(env: Environment): Promise<readonly Candidate[]> {
  const { configFile, credentialsFile } = sharedFilePaths({ env })
  const names = new Set<string>()
  for (const header of await headersOf(configFile)) {
    const profile = profileOf(header)
    if (profile !== undefined) names.add(profile)
  }
  for (const header of await headersOf(credentialsFile)) names.add(header)
  return [...names].map(value => ({ value }))
}

async function headersOf(file: string): Promise<readonly string[]> {
  const text = await readIniText(file).catch(() => '')
  return iniLines(text).flatMap(({ kind, section }) =>
    kind === 'section' && section !== undefined ? [section] : [],
  )
}

/** What the LDAP directories of the file refer to: passwords and authorities. */
import type { Secret } from '@rolecall/aws'
import type { Readers } from './readers.ts'
import type { LdapEntry } from './sections.ts'

/** Of one entry; a part that could not be read was reported and is absent. */
export interface LdapResources {
  readonly password: Secret | undefined
  /** PEM. */
  readonly ca: string | undefined
}

/** Reads them by the entry's place in the list. */
export async function readLdap(
  entries: readonly (LdapEntry | undefined)[],
  { secret, certificates }: Readers,
): Promise<ReadonlyMap<number, LdapResources>> {
  const one = async (entry: LdapEntry | undefined, index: number) => {
    if (entry === undefined) return []
    const path = ['signIn', 'ldap', index]
    const [password, ca] = await Promise.all([
      entry.bind && secret(entry.bind.password, [...path, 'bind', 'password']),
      entry.caFile === undefined ? undefined : certificates([...path, 'caFile'], entry.caFile),
    ])
    return [[index, { password, ca }] as const]
  }
  return new Map((await Promise.all(entries.map(one))).flat())
}

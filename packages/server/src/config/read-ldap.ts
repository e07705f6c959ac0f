/** What the LDAP directories of the file refer to: passwords and authorities. */
import type { Secret } from '@rolecall/aws'
import type { KeyPath } from './key-path.ts'
import { certificatesOf } from './read-headers.ts'
import type { Report } from './report.ts'
import type { SecretReference } from './schema-parts.ts'
import type { LdapEntry } from './sections.ts'

/** Of one entry; a part that could not be read was reported and is absent. */
export interface LdapResources {
  readonly password: Secret | undefined
  /** PEM. */
  readonly ca: string | undefined
}

const certificateBytes = 1_048_576

/** Reads them by the entry's place in the list. */
export async function readLdap(
  entries: readonly (LdapEntry | undefined)[],
  readers: {
    readonly secret: (from: SecretReference, path: KeyPath) => Promise<Secret | undefined>
    readonly text: (path: KeyPath, name: string, most: number) => Promise<string | undefined>
    readonly report: Report
  },
): Promise<ReadonlyMap<number, LdapResources>> {
  const { report, secret, text } = readers

  async function caOf(entry: LdapEntry, path: KeyPath): Promise<string | undefined> {
    if (entry.caFile === undefined) return undefined
    const at = [...path, 'caFile']
    const found = await text(at, entry.caFile, certificateBytes)
    if (found === undefined || areCertificates(found)) return found
    report.problem(at, 'the file holds no certificate in PEM', 'name the PEM of the authority')
    return undefined
  }

  const one = async (entry: LdapEntry | undefined, index: number) => {
    if (entry === undefined) return []
    const path = ['signIn', 'ldap', index]
    const [password, ca] = await Promise.all([
      entry.bind && secret(entry.bind.password, [...path, 'bind', 'password']),
      caOf(entry, path),
    ])
    return [[index, { password, ca }] as const]
  }
  return new Map((await Promise.all(entries.map(one))).flat())
}

function areCertificates(pem: string): boolean {
  try {
    return certificatesOf(pem).length > 0
  } catch {
    return false
  }
}

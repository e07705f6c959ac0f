/** The sources that a configuration has, each as what it can do. */
import type { Config, LdapSourceConfig } from '../config/config.ts'
import { signInSources } from '../config/index.ts'
import { createLdapSource, type LdapSource } from './ldap/index.ts'
import type { GroupSource, PasswordSource } from './sources.ts'

/** Follows the configuration. */
export interface PeopleSources {
  /** Those that check passwords, in the order of the file. */
  passwords(): readonly PasswordSource[]
  /** One that knows groups, by the id in `groupsFrom`. */
  groups(id: string): GroupSource | undefined
}

/** The runtimes behind the ids of the configuration. */
export function createPeopleSources(parts: {
  readonly config: () => Config
  readonly local: PasswordSource
  readonly system: GroupSource
  readonly now: () => Date
}): PeopleSources {
  const made = new WeakMap<LdapSourceConfig, LdapSource>()
  /** One for each entry of a configuration: what it has learnt goes with that. */
  const directory = (id: string): LdapSource | undefined => {
    const entry = parts.config().signIn.ldap.find(one => one.id === id)
    if (entry === undefined) return undefined
    const source = made.get(entry) ?? createLdapSource(entry, parts)
    made.set(entry, source)
    return source
  }
  const password = (id: string) => (id === parts.local.id ? parts.local : directory(id))
  return Object.freeze({
    passwords: () => signInSources(parts.config().signIn).flatMap(({ id }) => password(id) ?? []),
    groups: (id: string) => (id === parts.system.id ? parts.system : directory(id)),
  })
}

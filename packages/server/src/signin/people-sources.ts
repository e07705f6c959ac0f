/** The sources that a configuration has, each as what it can do. */
import type { Config } from '../config/config.ts'
import { signInSources } from '../config/index.ts'
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
}): PeopleSources {
  const password = (id: string) => (id === parts.local.id ? parts.local : undefined)
  return Object.freeze({
    passwords: () => signInSources(parts.config().signIn).flatMap(({ id }) => password(id) ?? []),
    groups: (id: string) => (id === parts.system.id ? parts.system : undefined),
  })
}

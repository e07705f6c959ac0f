/** The one place that knows which sign-in sources there are, whatever their kind. */
import { localSource } from '../nouns.ts'
import type { Config } from './config.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** The group source of this machine: NSS, and whatever stands behind it. */
export const systemGroups = 'system'

/** The sources that `groupsFrom` may name. */
export function groupSources(sections: Sections): readonly string[] {
  return [systemGroups, ...sections.ldap.flatMap(entry => entry?.id ?? [])]
}

/** The kinds of people's sources that the file lists under `signIn`. */
const listedKinds = ['saml', 'headers', 'ldap'] as const
type ListedKind = (typeof listedKinds)[number]

/** A way in for people. */
export interface SignInSource {
  readonly id: string
  readonly kind: ListedKind | 'local'
  readonly title: string
  /** Whose addresses are sent here, in lower case. */
  readonly emailDomains: readonly string[]
}

/** The sources of a configuration in the order of its file, local users last. */
export function signInSources(signIn: Config['signIn']): readonly SignInSource[] {
  const listed = [...new Set([...signIn.order, ...listedKinds])].flatMap(kind =>
    signIn[kind].map(({ id, title, emailDomains }) => ({ id, kind, title, emailDomains })),
  )
  const local = {
    id: localSource,
    kind: 'local',
    title: 'a local password',
    emailDomains: [],
  } as const
  return signIn.password ? [...listed, local] : listed
}

/** The kinds of sources in the order in which the file lists them. */
export function listOrder(
  signIn: Readonly<Record<ListedKind, readonly unknown[]>>,
  report: Report,
): Config['signIn']['order'] {
  const placed = listedKinds
    .filter(kind => signIn[kind].length > 0)
    .map(kind => ({ kind, line: report.lineOf(['signIn', kind, 0]) }))
  return placed.sort((a, b) => a.line - b.line).map(({ kind }) => kind)
}

/** A source as the file declares it, for the checks. */
export interface DeclaredSource {
  readonly id: string
  /** Of its entry. */
  readonly path: KeyPath
  readonly emailDomains: readonly string[]
}

/** The sources that the file lists and that are well-formed; not the local users. */
export function declaredSources(sections: Sections): readonly DeclaredSource[] {
  return listedKinds.flatMap(kind =>
    sections[kind].flatMap((entry, index) =>
      entry === undefined
        ? []
        : [{ id: entry.id, path: ['signIn', kind, index], emailDomains: entry.emailDomains }],
    ),
  )
}

/** Whether some source could not be read, so that an unknown id may be its. */
export function hasUnreadSources(sections: Sections): boolean {
  return listedKinds.some(kind => sections[kind].includes(undefined))
}

import type { HeaderSourceConfig } from './config.ts'
import type { HeaderResources } from './read-headers.ts'
import type { HeadersEntry } from './sections.ts'

/** The trusted proxies of a file in which no check found a problem. */
export function buildHeaderSources(
  entries: readonly HeadersEntry[],
  resources: ReadonlyMap<number, HeaderResources>,
): readonly HeaderSourceConfig[] {
  return entries.map((entry, index): HeaderSourceConfig => {
    const { secret, ca } = resources.get(index) ?? {}
    if ((entry.secret === undefined) !== (secret === undefined)) throw unread(entry)
    if ((entry.clientCertificate === undefined) !== (ca === undefined)) throw unread(entry)
    return {
      id: entry.id,
      title: entry.title ?? entry.id,
      emailDomains: entry.emailDomains,
      from: entry.from,
      username: entry.username.toLowerCase(),
      lowerCase: entry.lowerCase,
      displayName: entry.displayName?.toLowerCase(),
      email: entry.email?.toLowerCase(),
      groups: entry.groups?.toLowerCase(),
      separator: entry.separator,
      secret: entry.secret &&
        secret && { header: entry.secret.header.toLowerCase(), value: secret },
      clientCertificate: ca === undefined ? undefined : pinned(entry, ca),
      groupsFrom: [...new Set(entry.groupsFrom)],
      logoutUrl: entry.logoutUrl,
    }
  })
}

function pinned({ clientCertificate: pin }: HeadersEntry, ca: string) {
  return {
    ca,
    subject: pin?.subject?.toLowerCase(),
    fingerprint: pin?.fingerprint?.replaceAll(':', '').toLowerCase(),
  }
}

/** Less than the file asks for must never count. */
function unread({ id }: HeadersEntry): Error {
  return new Error(`the source ${id} was checked but what it refers to was not read`)
}

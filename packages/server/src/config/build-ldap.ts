import type { LdapServer, LdapSourceConfig } from './config.ts'
import { parseDuration } from './duration.ts'
import { hostOfUrl } from './ldap-url.ts'
import type { LdapResources } from './read-ldap.ts'
import type { LdapEntry } from './sections.ts'

/** The directories of a file in which no check found a problem. */
export function buildLdapSources(
  entries: readonly LdapEntry[],
  resources: ReadonlyMap<number, LdapResources>,
): readonly LdapSourceConfig[] {
  return entries.map((entry, index): LdapSourceConfig => {
    const { password, ca } = resources.get(index) ?? {}
    if ((entry.bind === undefined) !== (password === undefined)) throw unread(entry)
    if ((entry.caFile === undefined) !== (ca === undefined)) throw unread(entry)
    const { users, groups } = entry
    return {
      id: entry.id,
      title: entry.title ?? entry.id,
      emailDomains: entry.emailDomains,
      servers: urlsOf(entry).map(url => server(url, entry.startTls)),
      ca,
      timeoutMs: seconds(entry.timeout) * 1000,
      bind: entry.bind && password && { dn: entry.bind.dn, password },
      users: { ...users, filter: users.filter },
      groups: groups && { ...groups, filter: groups.filter, nested: nestedOf(groups.nested) },
      recheckSeconds: seconds(entry.recheck),
    }
  })
}

/** The addresses of an entry, one or several. */
export function urlsOf({ url }: LdapEntry): readonly string[] {
  return typeof url === 'string' ? [url] : url
}

function server(text: string, startTls: boolean): LdapServer {
  const { protocol, port } = new URL(text)
  const isTls = protocol === 'ldaps:'
  return {
    url: text,
    host: hostOfUrl(text),
    port: port === '' ? (isTls ? 636 : 389) : Number(port),
    security: isTls ? 'tls' : startTls ? 'start-tls' : 'plain',
  }
}

function nestedOf(nested: NonNullable<LdapEntry['groups']>['nested']) {
  return typeof nested === 'string' ? nested : nested ? 'auto' : 'none'
}

function seconds(value: string | number): number {
  const parsed = parseDuration(value)
  if (parsed === undefined) throw new Error('a time span was checked but cannot be read')
  return parsed
}

/** Less than the file asks for must never count. */
function unread({ id }: LdapEntry): Error {
  return new Error(`the source ${id} was checked but what it refers to was not read`)
}

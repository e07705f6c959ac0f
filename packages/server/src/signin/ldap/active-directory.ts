import { loadLdap } from './conversation.ts'
import type { AskedServer } from './servers.ts'

/** LDAP_CAP_ACTIVE_DIRECTORY_OID and LDAP_CAP_ACTIVE_DIRECTORY_ADAM_OID (MS-ADTS 3.1.1.3.4.3). */
const capabilities = ['1.2.840.113556.1.4.800', '1.2.840.113556.1.4.1851']

/** Asks each server once whether it is Active Directory, by its root entry (RFC 4512, 5.1). */
export function knowsActiveDirectory(): (asked: AskedServer) => Promise<boolean> {
  const known = new Map<string, boolean>()
  return async ({ server, reader }) => {
    const before = known.get(server.url)
    if (before !== undefined) return before
    const { PresenceFilter } = await loadLdap()
    const [root] = await reader.search({
      base: '',
      scope: 'base',
      filter: new PresenceFilter({ attribute: 'objectClass' }),
      attributes: ['supportedCapabilities'],
      most: 1,
    })
    const has = root?.texts('supportedCapabilities') ?? []
    const is = capabilities.some(one => has.includes(one))
    known.set(server.url, is)
    return is
  }
}

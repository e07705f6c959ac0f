import { Secret } from '@rolecall/aws'
import type { LdapSourceConfig } from '../../src/config/config.ts'
import { createLdapSource, type LdapSource } from '../../src/signin/ldap/index.ts'

/** Where people and groups are in these tests. */
export const people = 'ou=people,dc=example'

/** A source of a server on this port, in the clear, with a clock that a test turns. */
export function sourceOf(
  port: number,
  over: Partial<LdapSourceConfig> = {},
): LdapSource & { readonly clock: { now: Date } } {
  const clock = { now: new Date('2026-01-05T12:00:00Z') }
  const source = createLdapSource(
    {
      ...{ id: 'corp', title: 'Corp', emailDomains: [], ca: undefined },
      ...{ timeoutMs: 5000, recheckSeconds: 300, groups: undefined },
      servers: [{ url: `ldap://127.0.0.1:${port}`, host: '127.0.0.1', port, security: 'plain' }],
      bind: { dn: 'cn=reader,dc=example', password: new Secret('readers-own') },
      users: {
        ...{ base: people, attribute: 'sAMAccountName', filter: undefined },
        ...{ displayName: 'displayName', email: 'mail', attributes: [] },
      },
      ...over,
    },
    { now: () => clock.now },
  )
  return { ...source, clock }
}

/** What a sign-in comes to: the person, or the code of the refusal with what was received. */
export async function outcomeOf(signIn: Promise<unknown>): Promise<unknown> {
  try {
    return await signIn
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const more = 'received' in error ? error.received : 'detail' in error ? error.detail : undefined
    return [error.code, more]
  }
}

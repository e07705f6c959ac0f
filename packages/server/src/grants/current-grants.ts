/** The grants as of now: compiled again when the rules, the catalogue or the proxies changed. */
import type { GrantRule } from '../config/grant-rule.ts'
import { networkMatcher } from '../config/networks.ts'
import type { RoleCatalog } from '../nouns.ts'
import { compileGrants, type Grants } from './compile-grants.ts'

/** Answers with the compiled grants; compiles only what is new. */
export function createCurrentGrants(source: {
  readonly rules: () => readonly GrantRule[]
  readonly catalog: () => RoleCatalog
  /** Addresses and networks of the proxies in front, whose own address says nothing about a client. */
  readonly proxies: () => readonly string[]
}): () => Grants {
  const read = () => [source.rules(), source.catalog(), source.proxies()] as const
  let last: { readonly from: ReturnType<typeof read>; readonly grants: Grants } | undefined
  return () => {
    const from = read()
    if (last === undefined || from.some((part, at) => part !== last?.from[at])) {
      const [rules, catalog, proxies] = from
      last = {
        from,
        grants: compileGrants(rules, catalog, { isProxy: networkMatcher(proxies) }),
      }
    }
    return last.grants
  }
}

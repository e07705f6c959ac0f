/** The grants as of now: compiled again when the rules or the catalogue changed. */
import type { GrantRule } from '../config/grant-rule.ts'
import type { RoleCatalog } from '../nouns.ts'
import { compileGrants, type Grants } from './compile-grants.ts'

/** Answers with the compiled grants; compiles only what is new. */
export function createCurrentGrants(source: {
  readonly rules: () => readonly GrantRule[]
  readonly catalog: () => RoleCatalog
}): () => Grants {
  let last:
    | {
        readonly rules: readonly GrantRule[]
        readonly catalog: RoleCatalog
        readonly grants: Grants
      }
    | undefined
  return () => {
    const [rules, catalog] = [source.rules(), source.catalog()]
    if (last?.rules !== rules || last.catalog !== catalog) {
      last = { rules, catalog, grants: compileGrants(rules, catalog) }
    }
    return last.grants
  }
}

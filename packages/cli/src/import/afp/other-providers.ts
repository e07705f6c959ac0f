import type { Findings } from '../findings.ts'
import { entryAt, type OldMap } from '../old-value.ts'

/** Says what to write in the place of a test provider or of a class of somebody's own. */
export function refuseProvider(
  config: OldMap,
  { module, name }: { readonly module: string | undefined; readonly name: string | undefined },
  findings: Findings,
): void {
  const place = entryAt(config, ['provider', 'module']) ?? entryAt(config, ['provider']) ?? config
  const refuse = (why: string, todo: string) => {
    findings.refused(place, 'provider.module', why, todo)
    const chosen = entryAt(config, ['provider', 'class'])
    if (chosen !== undefined) findings.refused(chosen, 'provider.class', why, todo)
  }
  if (module === undefined) {
    refuse('there is no provider: the old program answered 404', 'write grants')
  } else if (module.endsWith('.base_provider')) {
    refuse(
      'a provider for tests gave everyone the same roles',
      'write a grant with `users: [NAME]`, `account` and `role`; `rolecall demo` has people to try',
    )
  } else if (module.endsWith('.provider_by_ip') && name === 'ProviderByIP') {
    refuse(
      'this class has no rule for the role: the old program failed for every machine',
      'write a grant with `machines: { name: "(?<role>…)", domains: […] }`',
    )
  } else {
    refuse(
      `${module}${name === undefined ? '' : `.${name}`} is a program of your own, and nothing of it was run`,
      'say its rule as grants: `groupPattern` for groups, `machines: { name: "(?<role>…)" }` for hosts, `when` (CEL) for the rest',
    )
  }
}

import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports an account that stands under two aliases. */
export function checkAccounts(sections: Sections, report: Report): void {
  const aliases = new Map<string, string>()
  for (const [alias, account] of sections.accounts) {
    if (account === undefined) continue
    const key = `${account.partition}:${account.id}`
    const earlier = aliases.get(key)
    if (earlier === undefined) {
      aliases.set(key, alias)
    } else {
      const message = `this account stands under \`${earlier}\` already`
      report.problem(['accounts', alias, 'id'], message, 'keep one alias for each account')
    }
  }
}

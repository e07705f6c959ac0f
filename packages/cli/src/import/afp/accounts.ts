import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import type { OldEntry, OldMap } from '../old-value.ts'
import { leavesOf, textOf } from '../old-value.ts'
import { readAccountId } from './account-id.ts'

const aliasRule = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Writes the accounts; answers with the aliases that the new file has. */
export function importAccounts(
  accounts: OldMap,
  draft: Draft,
  findings: Findings,
): ReadonlySet<string> {
  const aliases = new Map<string, string>()
  for (const [alias, entry] of accounts.entries) {
    const id = entry.value.kind === 'map' ? entry.value.entries.get('id') : undefined
    const place = id ?? entry
    const key = `${alias}.id`
    const read = readAccountId(id?.value)
    if ('refused' in read) {
      findings.refused(place, key, read.refused, read.todo)
    } else if (!aliasRule.test(alias)) {
      const why = `"${alias.slice(0, 70)}" cannot be an alias: letters, digits, dot, dash and underscore, at most 64, a letter or digit first`
      findings.refused(place, key, why, 'choose another, and rename the groups that name it')
    } else if (aliases.has(read.id)) {
      const first = aliases.get(read.id) ?? ''
      const todo = `rename the groups that name ${alias} so that they name ${first}`
      findings.refused(place, key, `the account stands under \`${first}\` already`, todo)
    } else {
      aliases.set(read.id, alias)
      draft.set(['accounts', alias], { id: read.id })
      const now = `accounts.${alias}.id`
      if (read.why === undefined) findings.kept(place, key, now)
      else findings.changed(place, key, now, read.why, 'check that this is the account')
    }
    importTags(alias, entry, 'id' in read, draft, findings)
  }
  return new Set(aliases.values())
}

/** The old program let an account have further keys, and read none of them. */
function importTags(
  alias: string,
  { value }: OldEntry,
  isKnown: boolean,
  draft: Draft,
  findings: Findings,
): void {
  if (value.kind !== 'map') return
  for (const leaf of leavesOf({ ...value, entries: without(value, 'id') })) {
    if (leaf.key === '') continue
    const key = `${alias}.${leaf.key}`
    const text = leaf.value.kind === 'truth' ? String(leaf.value.value) : textOf(leaf.value)
    if (!isKnown || text === undefined || !draft.has(['accounts', alias])) {
      findings.changed(leaf.place, key, undefined, 'the old program did not read it')
      continue
    }
    draft.set(['accounts', alias, 'tags', leaf.key], text)
    findings.kept(leaf.place, key, `accounts.${alias}.tags.${leaf.key}`)
  }
}

function without(map: OldMap, key: string): OldMap['entries'] {
  return new Map([...map.entries].filter(([name]) => name !== key))
}

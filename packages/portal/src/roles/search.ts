import type { AccountView, RoleView } from '@rolecall/server/api'
import { matchText, type Range, tiers } from './match.ts'

/** Where the query was found in an account's texts: ranges to highlight. */
export interface AccountMarks {
  readonly name: readonly Range[]
  readonly alias: readonly Range[]
  readonly id: readonly Range[]
}

export interface RoleHit {
  readonly role: RoleView
  readonly marks: readonly Range[]
}

/** An account with the roles that the query found in it, best first. */
export interface AccountHits {
  readonly account: AccountView
  readonly marks: AccountMarks
  readonly roles: readonly RoleHit[]
}

interface Scored {
  readonly hit: RoleHit
  readonly account: AccountView
  readonly marks: AccountMarks
  readonly score: number
}

const noMarks: AccountMarks = { name: [], alias: [], id: [] }

/** A query longer than this is cut: nobody types more, and the work stays small. */
const longestQuery = 100

/**
 * Finds roles by account name, alias or id and by role name. Every word of the query must be found
 * somewhere; whole text beats its start, which beats the start of a word, which beats the middle.
 * Letters in order with gaps (`roa` for ReadOnlyAccess) count only when nothing matches as written,
 * so that a longer query never brings surprises. Equal hits keep the order of the answer.
 */
export function searchRoles(accounts: readonly AccountView[], query: string): AccountHits[] {
  const words = query.slice(0, longestQuery).toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return accounts.map(everything)
  const exact = scoreAll(accounts, words, false)
  return groupByAccount(exact.length > 0 ? exact : scoreAll(accounts, words, true))
}

function everything(account: AccountView): AccountHits {
  return { account, marks: noMarks, roles: account.roles.map(role => ({ role, marks: [] })) }
}

function scoreAll(accounts: readonly AccountView[], words: readonly string[], fuzzy: boolean) {
  return accounts
    .flatMap(account => account.roles.map(role => scoreOne(account, role, words, fuzzy)))
    .filter(scored => scored !== undefined)
    .sort((a, b) => a.score - b.score)
}

function scoreOne(
  account: AccountView,
  role: RoleView,
  words: readonly string[],
  fuzzy: boolean,
): Scored | undefined {
  const roleMarks: Range[] = []
  const marks = { name: [] as Range[], alias: [] as Range[], id: [] as Range[] }
  let score = 0
  for (const word of words) {
    const digits = word.replaceAll('-', '')
    const found = [
      { into: roleMarks, weight: 0, match: matchText(role.name, word, fuzzy) },
      { into: marks.alias, weight: 1, match: matchText(account.alias, word, fuzzy) },
      { into: marks.name, weight: 2, match: matchText(account.name, word, fuzzy) },
      {
        into: marks.id,
        weight: 3,
        match: /^\d+$/.test(digits) ? matchText(account.id, digits, false) : undefined,
      },
    ]
    let best = Number.POSITIVE_INFINITY
    for (const { into, weight, match } of found) {
      if (match === undefined) continue
      into.push(...match.ranges)
      best = Math.min(best, tiers.indexOf(match.tier) * 4 + weight)
    }
    if (best === Number.POSITIVE_INFINITY) return undefined
    score += best
  }
  return { hit: { role, marks: roleMarks }, account, marks, score }
}

/** Accounts in the order of their best hit: what stands first on the page is the best of all. */
function groupByAccount(scored: readonly Scored[]): AccountHits[] {
  const groups = new Map<AccountView, { marks: AccountMarks; roles: RoleHit[] }>()
  for (const { account, marks, hit } of scored) {
    const group = groups.get(account)
    if (group === undefined) groups.set(account, { marks, roles: [hit] })
    else group.roles.push(hit)
  }
  return [...groups].map(([account, group]) => ({ account, ...group }))
}

import type { AccountHits } from './search.ts'

/** What the list shows, in words: `14 roles in 6 accounts`. */
export function summaryText(hits: readonly AccountHits[], searching: boolean): string {
  const roles = hits.reduce((sum, { roles }) => sum + roles.length, 0)
  if (roles === 0) return searching ? 'Nothing found' : ''
  const found = `${count(roles, 'role')} in ${count(hits.length, 'account')}`
  return searching ? `${found} · Enter opens the first` : found
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

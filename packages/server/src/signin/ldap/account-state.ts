import type { LdapEntry } from './entry.ts'

/** What {@link whyDisabled} and {@link passwordMark} look at. */
export const stateAttributes = [
  'userAccountControl',
  'accountExpires',
  'nsAccountLock',
  'pwdAccountLockedTime',
  'pwdLastSet',
  'pwdChangedTime',
] as const

const disabledFlag = 0x2
const lockedFlag = 0x10
/** Milliseconds from 1601, where Windows begins to count, to 1970. */
const windowsEpoch = 11_644_473_600_000n

/**
 * Why this account may not sign in, from what Active Directory (userAccountControl, accountExpires), 389
 * Directory Server (nsAccountLock) and OpenLDAP's password policy (pwdAccountLockedTime) say; undefined when it may.
 */
export function whyDisabled(entry: LdapEntry, now: Date): string | undefined {
  const [flagText = '0'] = entry.texts('userAccountControl')
  const flags = /^-?\d{1,10}$/.test(flagText) ? Number(flagText) : undefined
  if (flags === undefined) return 'its userAccountControl cannot be read'
  if ((flags & disabledFlag) !== 0) return 'it is disabled'
  if ((flags & lockedFlag) !== 0) return 'it is locked'
  const [expires = '0'] = entry.texts('accountExpires')
  if (!/^\d{1,19}$/.test(expires)) return 'its accountExpires cannot be read'
  const ticks = BigInt(expires)
  // 0 and the largest number mean never.
  const isNever = ticks === 0n || ticks === 0x7fff_ffff_ffff_ffffn
  if (!isNever && ticks / 10_000n - windowsEpoch <= BigInt(now.getTime())) return 'it has expired'
  if (entry.texts('nsAccountLock').some(value => /^true$/i.test(value))) return 'it is disabled'
  // The year 0 is how an administrator locks it for good; a real time passes by itself.
  if (entry.texts('pwdAccountLockedTime').includes('000001010000Z')) return 'it is locked'
  return undefined
}

/** Changes with the password, where the directory says when that was. */
export function passwordMark(entry: LdapEntry): string {
  return [...entry.texts('pwdLastSet'), ...entry.texts('pwdChangedTime')].join(' ')
}

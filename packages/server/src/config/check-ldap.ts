/** The LDAP directories against what is safe and possible. */

import { isLoopbackHost } from '../outgoing/index.ts'
import { hasUserInfo } from './check-addresses.ts'
import { parseDuration } from './duration.ts'
import type { KeyPath } from './key-path.ts'
import { isLdapFilter } from './ldap-filter.ts'
import type { Report } from './report.ts'
import type { LdapEntry, Sections } from './sections.ts'

/** Reports addresses, time spans and memberships with which no sign-in would be safe. */
export function checkLdap(sections: Sections, report: Report): void {
  for (const [index, entry] of sections.ldap.entries()) {
    if (entry === undefined) continue
    const path = ['signIn', 'ldap', index]
    checkUrls(entry, path, report)
    checkSpan(entry.timeout, { path: [...path, 'timeout'], least: 1, most: 60, report })
    checkSpan(entry.recheck, { path: [...path, 'recheck'], least: 1, most: 3600, report })
    checkFilter(entry.users.filter, [...path, 'users', 'filter'], report)
    checkFilter(entry.groups?.filter, [...path, 'groups', 'filter'], report)
    const nested = entry.groups?.nested
    if (nested === 'in-chain' && entry.groups?.membership !== 'member') {
      const message = '`in-chain` follows `member` only'
      report.problem(
        [...path, 'groups', 'nested'],
        message,
        'write `walk`, or `membership: member`',
      )
    }
  }
}

function checkUrls(entry: LdapEntry, path: KeyPath, report: Report): void {
  const urls = typeof entry.url === 'string' ? [entry.url] : entry.url
  for (const [index, text] of urls.entries()) {
    const at = typeof entry.url === 'string' ? [...path, 'url'] : [...path, 'url', index]
    const url = new URL(text)
    if (hasUserInfo(url)) {
      report.problem(at, 'a name or password stands in the address', 'write them under `bind`')
      continue
    }
    if (url.hostname === '' || (url.pathname !== '' && url.pathname !== '/') || /[?#]/.test(text)) {
      const message = 'this must be scheme, host and port, nothing else'
      report.problem(at, message, 'remove the rest; `users.base` says where people are')
      continue
    }
    if (url.protocol === 'ldaps:') {
      if (!entry.startTls) continue
      const remedy = 'write `ldap:`, or leave `startTls` out'
      report.problem(at, 'this address has TLS from its beginning', remedy)
    } else if (!entry.startTls && !isLoopbackHost(url.hostname)) {
      const message = 'passwords would cross the network in the clear'
      if (entry.allowPlain) report.warning(at, message, 'use `ldaps:`, or set `startTls: true`')
      else report.problem(at, message, 'use `ldaps:`, or set `startTls: true`')
    }
  }
}

function checkFilter(filter: string | undefined, path: KeyPath, report: Report): void {
  if (filter === undefined || isLdapFilter(filter)) return
  const remedy = 'write it as RFC 4515 has it: `(objectClass=person)`, `(&(a=1)(!(b=2)))`'
  report.problem(path, 'this is no filter', remedy)
}

function checkSpan(
  value: string | number,
  where: { path: KeyPath; least: number; most: number; report: Report },
): void {
  const { path, least, most, report } = where
  const seconds = parseDuration(value)
  if (seconds === undefined) {
    report.problem(path, 'this is no time span', 'write `10s`, or `5m`')
  } else if (seconds < least || seconds > most) {
    report.problem(path, 'this time span is not possible', `write ${least} to ${most} seconds`)
  }
}

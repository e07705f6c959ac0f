/** The trusted proxies against the rest of the file. */
import { isSecureUrl } from '../outgoing/index.ts'
import { suggestion } from './nearest.ts'
import { networkMatcher } from './networks.ts'
import type { Report } from './report.ts'
import type { HeadersEntry, Sections } from './sections.ts'
import { groupSources } from './sign-in-sources.ts'

/** Headers that already mean something else than a person. */
const taken = new Set(['host', 'cookie', 'authorization', 'origin', 'x-forwarded-for', 'forwarded'])

/** Reports what a proxy's entry asks for and cannot have. */
export function checkHeaders(sections: Sections, report: Report): void {
  for (const [index, entry] of sections.headers.entries()) {
    if (entry === undefined) continue
    checkNames(entry, index, report)
    checkCertificate(entry, index, sections, report)
    checkGroupSources(entry, index, sections, report)
    warnOfHiddenAddresses(entry, index, sections, report)
    if (entry.logoutUrl !== undefined && !isSecureUrl(new URL(entry.logoutUrl))) {
      const path = ['signIn', 'headers', index, 'logoutUrl']
      report.problem(path, 'http is only for loopback', 'use https')
    }
  }
}

function checkNames(entry: HeadersEntry, index: number, report: Report): void {
  const { username, displayName, email, groups, secret } = entry
  const names = { username, displayName, email, groups, secret: secret?.header }
  const seen = new Map<string, string>()
  for (const [key, name] of Object.entries(names)) {
    if (name === undefined) continue
    const path = ['signIn', 'headers', index, ...(key === 'secret' ? [key, 'header'] : [key])]
    const folded = name.toLowerCase()
    const other = seen.get(folded)
    if (taken.has(folded)) {
      report.problem(path, 'this header has a meaning of its own', 'choose another header')
    } else if (other !== undefined) {
      report.problem(path, `\`${other}\` is the same header`, 'name two headers')
    }
    seen.set(folded, key)
  }
}

function checkCertificate(
  { clientCertificate }: HeadersEntry,
  index: number,
  { listen }: Sections,
  report: Report,
): void {
  if (clientCertificate === undefined) return
  const path = ['signIn', 'headers', index, 'clientCertificate']
  if (clientCertificate.subject === undefined && clientCertificate.fingerprint === undefined) {
    const message = 'any certificate of these authorities would count'
    report.problem(path, message, "add `subject` or `fingerprint`: the proxy's own")
  }
  if (listen !== undefined && listen.tls === undefined) {
    const message = 'without TLS here nobody shows a certificate'
    report.problem(path, message, 'set `listen.tls`, or use `secret` instead')
  }
}

function checkGroupSources(
  entry: HeadersEntry,
  index: number,
  sections: Sections,
  report: Report,
): void {
  // An entry that could not be read may be the one that is meant.
  if (sections.ldap.includes(undefined)) return
  const known = groupSources(sections)
  for (const [at, source] of entry.groupsFrom.entries()) {
    if (known.includes(source)) continue
    const path = ['signIn', 'headers', index, 'groupsFrom', at]
    const remedy = suggestion(source, known, 'group source')
    report.problem(path, 'there is no such source of groups', remedy)
  }
}

/** Everybody behind the proxy would have its address: in the audit log, and for the limits. */
function warnOfHiddenAddresses(
  entry: HeadersEntry,
  index: number,
  { listen }: Sections,
  report: Report,
): void {
  if (listen === undefined) return
  const isTrusted = networkMatcher(listen.trustedProxies)
  for (const [at, text] of entry.from.entries()) {
    const isListed = listen.trustedProxies.includes(text) || isTrusted(text.split('/')[0] ?? '')
    if (isListed) continue
    const message = "the audit log will show this proxy's address for everybody behind it"
    const remedy = 'add it to `listen.trustedProxies` if it sets X-Forwarded-For'
    report.warning(['signIn', 'headers', index, 'from', at], message, remedy)
  }
}

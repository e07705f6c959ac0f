/** The addresses: ours, AWS's, and those of metadata. */
import { ServerError } from '../errors.ts'
import { checkHost, isSecureUrl } from '../outgoing/index.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports addresses that are not secure, not ours to choose, or not addresses. */
export function checkAddresses(sections: Sections, report: Report): void {
  checkPublicUrl(sections.publicUrl, report)
  for (const name of ['sts', 'federation', 'console', 'iam', 'organizations'] as const) {
    checkSecure(sections.aws?.endpoints[name], ['aws', 'endpoints', name], report)
  }
  for (const [index, provider] of sections.saml.entries()) {
    if (provider !== undefined && 'url' in provider.metadata) {
      checkSecure(provider.metadata.url, ['signIn', 'saml', index, 'metadata', 'url'], report)
    }
  }
}

function checkPublicUrl(text: string | undefined, report: Report): void {
  if (text === undefined) return
  const url = new URL(text)
  if (!isSecureUrl(url)) {
    const remedy = `write https://${url.host}, or use http on localhost`
    report.problem(
      ['publicUrl'],
      'http is only for loopback: cookies would cross the network in the clear',
      remedy,
    )
  }
  if (url.pathname !== '/' || text.includes('?') || text.includes('#') || hasUserInfo(url)) {
    const message = 'this must be an origin: scheme, host and port, nothing else'
    report.problem(['publicUrl'], message, 'remove the rest')
  }
}

/** Reports an address that must not be called, or would be called in the clear. */
export function checkSecure(text: string | undefined, path: KeyPath, report: Report): void {
  if (text === undefined) return
  const url = new URL(text)
  checkHostAt(url.hostname, path, report)
  if (!isSecureUrl(url)) report.problem(path, 'http is only for loopback', 'use https')
  if (hasUserInfo(url)) {
    report.problem(path, 'a name or password stands in the address', 'remove it')
  }
}

/** Reports a host that is never called, whatever stands in the file. */
export function checkHostAt(host: string, path: KeyPath, report: Report): void {
  try {
    checkHost(host, { fileHosts: [host] })
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    report.problem(path, `this host is never called: ${error.detail ?? ''}`, 'name another host')
  }
}

/** Whether a name or password stands in the address. */
export function hasUserInfo(url: URL): boolean {
  return url.username !== '' || url.password !== ''
}

/** The addresses: ours, AWS's, and those of proxies and metadata. */
import { isIP } from 'node:net'
import type { KeyPath } from './key-path.ts'
import { isSecureUrl } from './loopback.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports addresses that are not secure, not ours to choose, or not addresses. */
export function checkAddresses(sections: Sections, report: Report): void {
  checkPublicUrl(sections.publicUrl, report)
  for (const name of ['sts', 'federation', 'console'] as const) {
    checkSecure(sections.aws?.endpoints[name], ['aws', 'endpoints', name], report)
  }
  for (const [index, provider] of sections.saml.entries()) {
    if (provider !== undefined && 'url' in provider.metadata) {
      checkSecure(provider.metadata.url, ['signIn', 'saml', index, 'metadata', 'url'], report)
    }
  }
  for (const [index, proxy] of (sections.listen?.trustedProxies ?? []).entries()) {
    const path = ['listen', 'trustedProxies', index]
    if (!isNetwork(proxy)) {
      const remedy = 'write an IP address (`10.0.0.7`) or a network (`10.0.0.0/8`)'
      report.problem(path, 'not an address or network', remedy)
    } else if (proxy.endsWith('/0')) {
      const message = 'this trusts everyone: anybody could claim any address'
      report.problem(path, message, 'write the addresses of your own proxies')
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

function checkSecure(text: string | undefined, path: KeyPath, report: Report): void {
  if (text === undefined) return
  const url = new URL(text)
  if (!isSecureUrl(url)) report.problem(path, 'http is only for loopback', 'use https')
  if (hasUserInfo(url)) {
    report.problem(path, 'a name or password stands in the address', 'remove it')
  }
}

function hasUserInfo(url: URL): boolean {
  return url.username !== '' || url.password !== ''
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  )
}

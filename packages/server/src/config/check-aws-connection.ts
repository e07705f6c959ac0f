import { AwsError, createHttpAgents, type HttpClientOptions } from '@rolecall/aws'
import { isSecureUrl } from '../outgoing/index.ts'
import { hasUserInfo } from './check-addresses.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { Resources } from './resources.ts'
import type { Sections } from './sections.ts'

/** Reports a proxy, its exceptions and authorities with which no connection to AWS can be made. */
export function checkAwsConnection(
  { aws }: Sections,
  { ca, proxyPassword }: Resources,
  report: Report,
): void {
  if (ca !== undefined) {
    check({ ca }, ['aws', 'caFile'], 'write PEM: whole `BEGIN CERTIFICATE` blocks', report)
  }
  if (aws?.proxy === undefined) return
  const { url, username, password, noProxy } = aws.proxy
  for (const [index, rule] of noProxy.entries()) {
    const remedy = 'write a host, an address or a network (CIDR), alone or with `:port`'
    check({ noProxy: [rule] }, ['aws', 'proxy', 'noProxy', index], remedy, report)
  }
  const address = new URL(url)
  if (hasUserInfo(address)) {
    const message = 'a name or password stands in the address'
    report.problem(['aws', 'proxy', 'url'], message, 'write them as `username` and `password`')
    return
  }
  if ((username === undefined) !== (password === undefined)) {
    const message = 'a user name and a password go together'
    report.problem(['aws', 'proxy'], message, 'give both `username` and `password`, or neither')
  } else if (password !== undefined && !isSecureUrl(address)) {
    const message = 'the password for the proxy crosses the network in the clear'
    report.warning(['aws', 'proxy', 'url'], message, 'use https if the proxy can')
  }
  const proxy = { url, username, password: proxyPassword }
  check({ proxy }, ['aws', 'proxy'], 'correct the address, the name or the password', report)
}

function check(options: HttpClientOptions, path: KeyPath, remedy: string, report: Report): void {
  try {
    createHttpAgents(options)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    // Its words never repeat an address, which may hold a password, or the password itself.
    report.problem(path, error.message, remedy)
  }
}

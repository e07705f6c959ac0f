import { AwsError } from '../errors.ts'
import type { ProxyAddress } from './proxy.ts'

/** What a proxy's own refusal becomes; its page is not repeated. */
export function proxyRefusal(proxy: ProxyAddress, target: string, status: number): AwsError {
  const why =
    status === 407
      ? proxy.authorization === undefined
        ? ': it wants a user name and a password'
        : ': it did not accept the user name and password'
      : ''
  return new AwsError(
    'proxy_refused',
    `the proxy ${proxy.host} refused to reach ${target} with status ${status}${why}`,
    { status, fault: 'network' },
  )
}

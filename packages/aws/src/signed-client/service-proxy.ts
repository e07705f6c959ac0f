import type { HttpClientOptions } from '../http/http-agents.ts'
import type { SignedClientOptions } from './types.ts'

/** The proxy for the service, in the form of this package. An adapter's that is not enabled is none. */
export function serviceProxy(given: SignedClientOptions['proxy']): HttpClientOptions['proxy'] {
  if (given === undefined || typeof given === 'string' || !('host' in given)) return given
  if (given.enabled === false || given.host === '') return undefined
  const { host, port, username, password } = given
  return {
    url: `${given.protocol || 'http'}://${host}:${port}`,
    ...(username ? { username, password: password ?? '' } : {}),
  }
}

import type { Environment } from '../credentials/environment.ts'
import type { HttpProxies } from './proxy.ts'

/** What a proxy never helps with, and must not see: this machine, its metadata and container endpoints. */
const local = ['localhost', '127.0.0.0/8', '::1', '169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32']

/**
 * The proxies that `env` names: HTTPS_PROXY and HTTP_PROXY by the scheme of the target, NO_PROXY for
 * exceptions; names in lower case come first, as in curl. Loopback and link-local targets are always
 * exceptions. In a CGI process (REQUEST_METHOD is set) HTTP_PROXY comes from a request's `Proxy` header
 * and is passed over. Give the result to `createHttpSend` or `createHttpAgents`.
 */
export function proxyFromEnvironment(env: Environment): {
  readonly proxy: HttpProxies
  readonly noProxy: readonly string[]
} {
  const isCgi = env.REQUEST_METHOD !== undefined
  const https = env.https_proxy || env.HTTPS_PROXY
  const http = env.http_proxy || (isCgi ? undefined : env.HTTP_PROXY)
  const noProxy = env.no_proxy || env.NO_PROXY
  return Object.freeze({
    proxy: Object.freeze({
      ...(https ? { https } : {}),
      ...(http ? { http } : {}),
    }),
    noProxy: Object.freeze([...local, ...(noProxy ? [noProxy] : [])]),
  })
}

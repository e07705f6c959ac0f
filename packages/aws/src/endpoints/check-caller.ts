import type { CallerRules, EndpointRequest, EndpointResult } from './endpoint.ts'

/** Says whether a peer and the host name that it asks for are refused; the peer goes first. */
export function callerCheck(
  rules: CallerRules,
): (request: EndpointRequest) => Extract<EndpointResult, `refused_${string}`> | undefined {
  const { mayCall } = rules
  const isAny = rules.hosts === 'any'
  const named = rules.hosts === 'any' ? [] : rules.hosts
  const hosts = new Set(named.map(host => canonicalHost(host.toLowerCase())))
  return request => {
    if (mayCall?.(request.remoteAddress) === false) return 'refused_peer'
    if (isAny) return undefined
    const host = hostOf(request.headers.host)
    return host !== undefined && hosts.has(host) ? undefined : 'refused_host'
  }
}

/** The host of a Host header (RFC 9110, section 7.2) without its port; IPv6 without brackets. */
function hostOf(header: string | undefined): string | undefined {
  const [, address, name] =
    /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/.exec(
      (header ?? '').toLowerCase(),
    ) ?? []
  return address === undefined ? name : canonicalHost(address)
}

/** An IPv6 address has many spellings: the shortest stands for all. */
function canonicalHost(host: string): string {
  if (!host.includes(':')) return host
  return URL.parse(`http://[${host}]`)?.hostname.slice(1, -1) ?? host
}

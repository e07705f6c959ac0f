/** A host as URLs and Host headers have it, in its parts. */
export interface HostParts {
  /** Without the brackets of IPv6. */
  readonly hostname: string
  readonly port: number | undefined
}

/** Splits `name`, `name:port`, `[address]` and `[address]:port`. */
export function hostParts(host: string): HostParts {
  const [, hostname = '', port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(host) ?? []
  return { hostname, port: port === undefined ? undefined : Number(port) }
}

/** The name that TLS asks a server for; empty for an address (RFC 6066, 3). */
export function serverNameOf(hostname: string): string {
  return hostname.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname) ? '' : hostname
}

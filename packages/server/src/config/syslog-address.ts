/** A syslog receiver's address in its parts. */
export type SyslogAddress =
  | { readonly protocol: 'udp' | 'tcp' | 'tls'; readonly host: string; readonly port: number }
  | { readonly protocol: 'unix'; readonly path: string }

/** RFC 5426, RFC 6587 (by habit) and RFC 5425. */
const usualPorts = { udp: 514, tcp: 514, tls: 6514 } as const

/** Reads `tls://HOST:PORT` and the like; undefined when it is none. */
export function readSyslogAddress(text: string): SyslogAddress | undefined {
  if (text.startsWith('unix://')) return { protocol: 'unix', path: text.slice('unix://'.length) }
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const protocol = url.protocol.slice(0, -1)
  if (protocol !== 'udp' && protocol !== 'tcp' && protocol !== 'tls') return undefined
  const rest = url.username + url.password + url.search + url.hash
  if (url.hostname === '' || rest !== '' || !['', '/'].includes(url.pathname)) return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return { protocol, host, port: url.port === '' ? usualPorts[protocol] : Number(url.port) }
}

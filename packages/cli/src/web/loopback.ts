/**
 * Whether the host of a URL is this machine itself, whatever a resolver says. Names below `.localhost` are not:
 * some systems ask DNS for them.
 */
export function isLoopbackHost(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

/** https, or http to this machine itself: nothing that is a secret crosses a network in the clear. */
export function isSecureUrl({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
}

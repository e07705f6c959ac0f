import { isSecureUrl } from './loopback.ts'

/** An address of a page as an absolute http or https URL without its fragment; undefined for any other. */
export function resolved(address: string, base: string): string | undefined {
  const url = URL.parse(address, base)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  if (url.username !== '' || url.password !== '') return undefined
  url.hash = ''
  return url.href
}

/** Whether what is sent there can be read by others on the way: plain HTTP, but to this machine itself. */
export function isOpenToOthers(address: string): boolean {
  return !isSecureUrl(new URL(address))
}

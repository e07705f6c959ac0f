import { parseRoleArn } from '@rolecall/aws'
import { isSecureUrl } from '../web/loopback.ts'

/** What {@link isUpstream} says no to. */
export const upstreamRule =
  'the address of a proxy has https (http on loopback only), a host and a port, and nothing else'

/** Credentials cross no network in the clear, and no name or password stands in an address. */
export function isUpstream(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.pathname !== '/' || /[?#@]/.test(text)) return false
  return isSecureUrl(url)
}

/** Is this the ARN of a role? */
export function isRoleArn(text: string): boolean {
  try {
    parseRoleArn(text)
    return true
  } catch {
    return false
  }
}

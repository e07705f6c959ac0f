/** Where a sign-in leads that began at the identity provider. */
import type { Config } from '../config/config.ts'

/**
 * The short address that an unasked response's RelayState names, else `/`. It is anybody's word: of
 * `next=ADDRESS` or the address alone only a path `{targets.prefix}/{path}` of ours counts, so that
 * it leads nowhere that a plain link could not.
 */
export function unaskedReturn(
  relayState: string | undefined,
  ours: Pick<Config, 'publicUrl' | 'targets'>,
): string {
  if (relayState === undefined || relayState.length > maxLength) return '/'
  const wanted = new URLSearchParams(relayState).get('next') ?? relayState
  const path = wanted.startsWith(`${ours.publicUrl}/`)
    ? wanted.slice(ours.publicUrl.length)
    : wanted
  const prefix = `${ours.targets.prefix}/`
  return path.startsWith(prefix) &&
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(path.slice(prefix.length))
    ? path
    : '/'
}

const maxLength = 2048

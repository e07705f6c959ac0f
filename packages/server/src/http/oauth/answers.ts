/** What of oidc-provider's answers is to be ours. */
import type { KoaContextWithOIDC } from 'oidc-provider'
import { hashToken } from '../../signin/index.ts'
import type { Counter } from '../counter.ts'
import { paths } from './paths.ts'

/** RFC 8628, 3.2: how long a device waits between two questions, in seconds. */
export const pollSeconds = 5
/** Questions of one device in twice that time. */
const mostPolls = 3

/** An answer on its way; `oidc` is there when an endpoint made it. */
type Answer = Pick<KoaContextWithOIDC, 'body' | 'remove' | 'set' | 'response'> & {
  readonly oidc?: Pick<KoaContextWithOIDC['oidc'], 'params'>
}

/** No page of another site reads our answers, and no session but ours is known by a cookie. */
export function withoutExtras(context: Answer, sessionCookie: string): void {
  for (const name of Object.keys(context.response.headers)) {
    if (name.toLowerCase().startsWith('access-control-')) context.remove(name)
  }
  const set: unknown = context.response.get('set-cookie')
  if (!Array.isArray(set)) return
  const kept = set.filter(
    cookie =>
      ![`${sessionCookie}=`, `${sessionCookie}.sig=`].some(it => String(cookie).startsWith(it)),
  )
  if (kept.length === 0) context.remove('set-cookie')
  else context.set('set-cookie', kept)
}

/** The device's page is ours, and whoever asks too often is told so (RFC 8628, 3.5). */
export function ofDevices(context: Answer, publicUrl: string, polls: Counter): void {
  const body: unknown = context.body
  if (typeof body !== 'object' || body === null) return
  if ('user_code' in body && typeof body.user_code === 'string') {
    const address = `${publicUrl}${paths.device}`
    context.body = {
      ...body,
      verification_uri: address,
      verification_uri_complete: `${address}?user_code=${encodeURIComponent(body.user_code)}`,
      interval: pollSeconds,
    }
  }
  if ('error' in body && body.error === 'authorization_pending') {
    const code = String(context.oidc?.params?.device_code ?? '')
    if (polls(hashToken(code)).count > mostPolls) {
      context.body = { error: 'slow_down', error_description: 'ask less often' }
    }
  }
}

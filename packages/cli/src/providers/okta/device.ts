import type { Connection } from '../../connections/connection.ts'
import type { WebSession } from '../../web/index.ts'
import type { SignInParts } from '../provider.ts'
import { keepText } from '../shared/keep-text.ts'

/** Okta's cookie for a device, which it trusts once a factor was passed with `rememberDevice`. */
const cookie = 'DT'
/** The name in `Remembered`. */
const name = 'device'

/** Shows Okta the device of earlier sign-ins; `disable_remember_device` makes each the first one. */
export async function useDevice(
  { disableRememberDevice, url }: Connection,
  parts: Pick<SignInParts, 'remembered' | 'ask'>,
  web: WebSession,
): Promise<{ keep(): Promise<void> }> {
  const { origin } = new URL(url)
  if (disableRememberDevice) return { keep: async () => undefined }
  const known = await parts.remembered.get(name)
  if (known !== undefined && /^[\w.~-]{8,500}$/.test(known)) {
    web.cookies.set(origin, `${cookie}=${known}; Path=/; Secure; HttpOnly`)
  } else {
    // The page of the sign-in gives a new device its cookie.
    await web.get(`${origin}/login/default`)
  }
  return {
    async keep() {
      const value = web.cookies.value(origin, cookie)
      if (value !== undefined) await keepText(parts, name, value)
    },
  }
}

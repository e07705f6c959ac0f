import { Failure } from '../../failure.ts'
import type { Form, Page, WebAnswer } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { answerPage } from './answer-page.ts'
import { otherWay, toOtherWays } from './other-way-step.ts'
import { pageError } from './page-error.ts'
import type { Shown, Step, Visit } from './visit.ts'

/** A security key, by the challenge in the page's script. */
export const securityKeyStep: Step = (visit, shown) => {
  const { page } = shown
  const form = page.forms.find(
    each =>
      each.field('clientDataJSON') !== undefined && each.field('authenticatorData') !== undefined,
  )
  if (form === undefined) return undefined
  return otherWay(visit, page, 'WEBAUTHN') ?? answerKey(visit, shown, form)
}

/** The page after a key that did not do. */
export const securityKeyRefusedStep: Step = (visit, { page }) => {
  if (!page.forms.some(form => form.field('isSetRetry') !== undefined)) return undefined
  const error = pageError(page, visit.connection) ?? 'the security key was not accepted'
  throw new Failure('mfaRefused', `Keycloak: ${error}`, 'use the key that is registered there')
}

async function answerKey(visit: Visit, shown: Shown, form: Form): Promise<WebAnswer> {
  const { page } = shown
  const { securityKey } = visit.parts
  const available = await securityKey.available()
  if (!available.ok) {
    const other = toOtherWays(visit, page)
    if (other !== undefined) return await other
    throw new Failure(
      'mfaRefused',
      `a security key is asked for: ${available.why}`,
      browserHint(visit.connection),
    )
  }
  const asked = challengeOf(page)
  if (asked === undefined) {
    throw new Failure(
      'provider',
      'Keycloak asks for a security key in a form that is not known here',
      browserHint(visit.connection),
    )
  }
  const give = () => signedBy(visit, shown, asked)
  return await answerPage(visit, shown, form, give)
}

async function signedBy(
  { parts: { ask, securityKey } }: Visit,
  { answer, page }: Shown,
  asked: NonNullable<ReturnType<typeof challengeOf>>,
) {
  const allowCredentials = page.forms
    .flatMap(({ fields }) => fields)
    .filter(({ name, value }) => name === 'authn_use_chk' && value !== '')
    .map(({ value }) => ({ id: unpadded(value) }))
  const wait = ask.waiting('Touch your security key')
  const made = await securityKey
    .assert({ origin: new URL(answer.url).origin, ...asked, allowCredentials })
    .finally(() => wait.done())
  return {
    clientDataJSON: made.clientDataJSON,
    authenticatorData: made.authenticatorData,
    signature: made.signature,
    credentialId: made.credentialId,
    userHandle: made.userHandle ?? '',
    error: '',
  }
}

/**
 * What the page's script passes to the browser: variables up to version 24, the members of an object
 * from 25 on; the theme's `webauthn-authenticate` of either.
 */
function challengeOf(page: Page) {
  const script =
    page.scripts.find(text => /\brpId\b/.test(text) && /\bchallenge\b/.test(text)) ?? ''
  const value = (name: string, of: string) =>
    new RegExp(`\\b${name}\\s*[:=]\\s*["'](${of})["']`).exec(script)?.[1]
  const challenge = value('challenge', '[\\w+/=-]{16,2000}')
  const rpId = value('rpId', '[\\w.-]{1,253}')
  if (challenge === undefined || rpId === undefined) return undefined
  const verification = value('userVerification', 'required|preferred|discouraged')
  const seconds = Number(/\bcreateTimeout\s*[:=]\s*(\d{1,4})\b/.exec(script)?.[1] ?? 0)
  return {
    challenge: unpadded(challenge),
    rpId,
    ...(isVerification(verification) ? { userVerification: verification } : {}),
    ...(seconds > 0 ? { timeoutMs: seconds * 1000 } : {}),
  }
}

function isVerification(
  text: string | undefined,
): text is 'required' | 'preferred' | 'discouraged' {
  return text === 'required' || text === 'preferred' || text === 'discouraged'
}

function unpadded(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

import { Failure } from '../../failure.ts'
import { textMember } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Transaction } from './api.ts'
import { chooseFactor, type Factor, factorsOf } from './factors.ts'
import { passPush } from './push.ts'
import { passSecurityKey } from './security-key.ts'
import type { OktaSignIn } from './sign-in-state.ts'

/** Codes that Okta sends when asked for them first. */
const sent: Readonly<Record<string, string>> = {
  sms: 'Code of the text message',
  call: 'Code of the phone call',
  email: 'Code of the e-mail',
}

/** Passes the second factor that a transaction waits for. */
export async function passFactor(signIn: OktaSignIn, waiting: Transaction): Promise<Transaction> {
  const { api, connection } = signIn
  const factors = factorsOf(waiting, api.origin)
  const factor = await chooseFactor(signIn, factors)
  const stateToken = waiting.stateToken ?? ''
  const verify = verifyAddress(signIn, factor, waiting)
  switch (factor.type) {
    case 'push':
      return await passPush(signIn, verify, stateToken)
    case 'webauthn':
      return await passSecurityKey(signIn, verify, stateToken, factors)
    case 'sms':
    case 'call':
    case 'email':
      return await passSentCode(signIn, factor, verify, stateToken)
    case 'question':
      return await passQuestion(signIn, factor, verify, stateToken)
    default:
      if (factor.type.startsWith('token')) return await passCode(signIn, factor, verify, stateToken)
      // Duo's frame is switched off since 2024, and no browser has U2F any more.
      throw new Failure(
        'provider',
        `Okta asks for ${factor.label}, which only a browser can answer`,
        browserHint(connection),
      )
  }
}

function verifyAddress(
  { connection }: OktaSignIn,
  factor: Factor,
  { embedded }: Transaction,
): string {
  const url = new URL(factor.verify)
  const policy = embedded.policy
  const isAllowed =
    typeof policy !== 'object' ||
    policy === null ||
    !('allowRememberDevice' in policy) ||
    policy.allowRememberDevice !== false
  if (isAllowed && !connection.disableRememberDevice) url.searchParams.set('rememberDevice', 'true')
  return url.href
}

/** A code that a device shows. */
async function passCode(signIn: OktaSignIn, { label }: Factor, verify: string, stateToken: string) {
  return await untilTaken(signIn, verify, async () => {
    const passCode = await signIn.codes.next({ message: `Code: ${label}` })
    return { stateToken, passCode }
  })
}

/** A code that Okta sends; another one when the person wants it. */
async function passSentCode(
  signIn: OktaSignIn,
  factor: Factor,
  verify: string,
  stateToken: string,
) {
  const { api, parts, connection } = signIn
  const challenged =
    connection.given.mfaToken === undefined ? await api.next(verify, { stateToken }) : undefined
  const resend = challenged?.link('resend')
  let isFirst = true
  return await untilTaken(signIn, verify, async () => {
    if (
      !isFirst &&
      resend !== undefined &&
      (await parts.ask.confirm({ message: 'Send another code?', initial: false }))
    ) {
      await api.next(resend, { stateToken })
    }
    isFirst = false
    const passCode = await signIn.codes.next({ message: `${sent[factor.type]}: ${factor.label}` })
    return { stateToken, passCode }
  })
}

async function passQuestion(
  signIn: OktaSignIn,
  { profile }: Factor,
  verify: string,
  stateToken: string,
) {
  const message = textMember(profile, 'questionText', 256) ?? 'Answer of the security question'
  return await untilTaken(signIn, verify, async () => {
    const answer = await signIn.parts.ask.password({ message })
    return { stateToken, answer }
  })
}

/** Asks again after a refusal, as often as `codes` lets it. */
async function untilTaken(
  { api, codes }: OktaSignIn,
  verify: string,
  body: () => Promise<Readonly<Record<string, string>>>,
): Promise<Transaction> {
  for (;;) {
    const answer = await api.post(verify, await body())
    if ('transaction' in answer) return answer.transaction
    codes.refused(`Okta: ${answer.refusal.message}`)
  }
}

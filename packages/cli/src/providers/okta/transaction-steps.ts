import { Failure } from '../../failure.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Transaction } from './api.ts'
import type { OktaSignIn } from './sign-in-state.ts'
import { passFactor } from './verify-factor.ts'

const maxSteps = 12

/** What ends a sign-in here, and what the person can do about it. */
const ends: Readonly<Record<string, readonly [message: string, hint?: string]>> = {
  LOCKED_OUT: [
    'Okta has locked your account',
    'unlock it on the sign-in page, or ask whoever runs Okta',
  ],
  PASSWORD_EXPIRED: ['your password has expired: choose a new one'],
  PASSWORD_RESET: ['your password must be reset'],
  MFA_ENROLL: ['Okta wants you to set up a second factor'],
  MFA_ENROLL_ACTIVATE: ['the set-up of a second factor at Okta is not finished'],
  RECOVERY: ['Okta is recovering your account'],
  RECOVERY_CHALLENGE: ['Okta is recovering your account'],
  UNAUTHENTICATED: ['Okta asks for the first sign-in anew'],
}

/** Username and password, and again after a refusal. */
export async function firstStep({ api, logins }: OktaSignIn): Promise<Transaction> {
  for (;;) {
    const { username, password } = await logins.get()
    const options = { multiOptionalFactorEnroll: false, warnBeforePasswordExpired: true }
    const answer = await api.post('/api/v1/authn', { username, password, options })
    if ('transaction' in answer) return answer.transaction
    logins.refused(`Okta: ${answer.refusal.message}`)
  }
}

/** Goes on until the sign-in has succeeded. */
export async function toSuccess(signIn: OktaSignIn, first: Transaction): Promise<Transaction> {
  let transaction = first
  for (let steps = 0; steps < maxSteps; steps++) {
    if (transaction.status === 'SUCCESS') return transaction
    transaction = await nextStep(signIn, transaction)
  }
  throw new Failure(
    'provider',
    'Okta asks for one step after the other without an end',
    browserHint(signIn.connection),
  )
}

async function nextStep(signIn: OktaSignIn, transaction: Transaction): Promise<Transaction> {
  const { api, connection, parts } = signIn
  const { status, stateToken = '' } = transaction
  if (status === 'MFA_REQUIRED') return await passFactor(signIn, transaction)
  const skip = transaction.link('skip')
  if (skip !== undefined) {
    parts.ask.tell(
      status === 'PASSWORD_WARN'
        ? 'Okta: your password expires soon'
        : 'Okta: you may set up another second factor',
    )
    return await api.next(skip, { stateToken })
  }
  const end = Object.hasOwn(ends, status) ? ends[status] : undefined
  const [message, hint] = end ?? [`Okta has a step that is not known here: ${status.slice(0, 40)}`]
  const reason = end === undefined ? 'provider' : 'signInRefused'
  throw new Failure(reason, message, hint ?? `do it once there; ${browserHint(connection)}`)
}

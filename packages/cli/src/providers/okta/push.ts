import { Failure } from '../../failure.ts'
import { isJsonObject } from '../../web/index.ts'
import type { Transaction } from './api.ts'
import type { OktaSignIn } from './sign-in-state.ts'

const pollMs = 3000
/** Okta gives up after five minutes. */
const maxWaitMs = 315_000
const maxPolls = maxWaitMs / pollMs
const maxResends = 2

/** Okta Verify on the phone: waits for the answer there; with a number to choose when Okta wants that. */
export async function passPush(
  { api, parts }: OktaSignIn,
  verify: string,
  stateToken: string,
): Promise<Transaction> {
  let transaction = await api.next(verify, { stateToken })
  for (let resends = 0; ; resends++) {
    transaction = await answered(transaction)
    if (transaction.status !== 'MFA_CHALLENGE') return transaction
    const { factorResult } = transaction
    if (factorResult === 'REJECTED')
      throw new Failure('mfaRefused', 'the sign-in was refused on the phone')
    const resend = transaction.link('resend') ?? verify
    const again = factorResult === 'TIMEOUT' && resends < maxResends && parts.ask.possible
    if (
      !again ||
      !(await parts.ask.confirm({ message: 'Nobody answered on the phone. Send it again?' }))
    ) {
      const why =
        factorResult === 'TIMEOUT' || factorResult === 'WAITING'
          ? 'nobody answered on the phone in time'
          : `Okta Verify: ${factorResult ?? 'no result'}`
      throw new Failure('mfaRefused', why, 'try again, with the phone at hand')
    }
    transaction = await api.next(resend, { stateToken })
  }

  async function answered(first: Transaction): Promise<Transaction> {
    let current = first
    let shown: string | undefined
    let wait = parts.ask.waiting('Approve the sign-in in Okta Verify')
    try {
      const until = parts.now().getTime() + maxWaitMs
      const isPatient = (polls: number) => polls < maxPolls && parts.now().getTime() <= until
      for (let polls = 0; current.factorResult === 'WAITING' && isPatient(polls); polls++) {
        const number = numberOf(current)
        if (number !== undefined && number !== shown) {
          shown = number
          wait.done()
          wait = parts.ask.waiting(`Choose ${number} in Okta Verify`)
        }
        await parts.sleep(pollMs)
        current = await api.next(current.link('next') ?? verify, { stateToken })
      }
    } finally {
      wait.done()
    }
    return current
  }
}

/** The number that the phone shows among others. */
function numberOf({ embedded }: Transaction): string | undefined {
  const factor = isJsonObject(embedded.factor) ? embedded.factor : {}
  const inner = isJsonObject(factor._embedded) ? factor._embedded : {}
  const answer = isJsonObject(inner.challenge) ? inner.challenge.correctAnswer : undefined
  return typeof answer === 'number' || (typeof answer === 'string' && /^\d{1,3}$/.test(answer))
    ? String(answer)
    : undefined
}

import { Failure } from '../../failure.ts'
import { notUnderstood, textMember } from '../../web/index.ts'
import { readAuthAnswer } from './auth-answer.ts'
import { type ConsoleAnswer, outage } from './console.ts'
import { factorRefusal } from './refusals.ts'
import type { SignedIn, Step } from './step.ts'

const pollMs = 500
/** JumpCloud lets a push expire after a minute; that it says so itself is the rule. */
const maxWaitMs = 150_000
const maxPolls = maxWaitMs / pollMs
/** Polls in a row that the network may lose. */
const maxLost = 5
const again = 'try again, or give a one-time code: rolecall login --mfa TOTP'

/** Sends a push to JumpCloud Protect and waits until it is approved. Throws `Failure` `mfaRefused`. */
export async function approvePush(step: Step): Promise<SignedIn> {
  const { console, parts } = step
  const begun = await console.post('/auth/push', {})
  const id = begun.json === undefined ? undefined : textMember(begun.json, 'id', 256)
  if (id === undefined || !/^[\w-]+$/.test(id)) throw notBegun(console.host, begun)
  const shown = parts.ask.waiting('approve the sign-in in JumpCloud Protect on your phone')
  try {
    await untilAccepted(step, id)
  } finally {
    shown.done()
  }
  const answer = readAuthAnswer(console.host, await console.post(`/auth/push/${id}/login`, {}))
  if (answer.kind === 'signedIn') return answer
  const message = answer.kind === 'refused' ? answer.message : undefined
  throw factorRefusal('JumpCloud did not take the approved push', message)
}

async function untilAccepted({ console, parts }: Step, id: string): Promise<void> {
  let lost = 0
  // By the clock too: an answer may take its time.
  const until = parts.now().getTime() + maxWaitMs
  for (let polls = 0; polls <= maxPolls && parts.now().getTime() <= until; polls++) {
    const status = await statusOf(console, id).catch((error: unknown) => {
      lost += 1
      if (error instanceof Failure && error.reason === 'network' && lost <= maxLost) return 'lost'
      throw error
    })
    if (status !== 'lost') lost = 0
    if (status === 'accepted') return
    if (status === 'denied') {
      const hint = 'if that was not you, change your password at JumpCloud now'
      throw factorRefusal('the push was denied on the phone', undefined, hint)
    }
    if (status === 'expired') throw factorRefusal('the push expired unanswered', undefined, again)
    await parts.sleep(pollMs)
  }
  throw factorRefusal('the push was not approved in time', undefined, again)
}

/** The status, of whichever status code: a denied one may come as an error. */
async function statusOf(console: Step['console'], id: string): Promise<string> {
  const answer = await console.get(`/auth/push/${id}`)
  const status = answer.json === undefined ? undefined : textMember(answer.json, 'status', 64)
  const known = ['pending', 'accepted', 'denied', 'expired']
  if (status !== undefined && known.includes(status)) return status
  if (answer.json === undefined || answer.status >= 500) throw outage(console.host, answer)
  throw notUnderstood(console.host, 'a push should be pending, accepted, denied or expired')
}

function notBegun(host: string, answer: ConsoleAnswer): Failure {
  if (answer.json === undefined || answer.status >= 500) return outage(host, answer)
  const hint = 'give another factor: rolecall login --mfa TOTP'
  return factorRefusal('JumpCloud sent no push', textMember(answer.json, 'message'), hint)
}

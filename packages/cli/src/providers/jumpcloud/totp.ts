import { createHash } from 'node:crypto'
import type { Failure } from '../../failure.ts'
import { jsonObject } from '../../web/index.ts'
import { keepText } from '../shared/keep-text.ts'
import { type AuthAnswer, isWrongSecret } from './auth-answer.ts'
import { factorRefusal } from './refusals.ts'
import type { SignedIn, Step } from './step.ts'

const maxCodes = 3
/** How often a code that was used already may be typed again. */
const maxWaits = 3
/** RFC 6238: a new code each 30 seconds. */
const stepMs = 30_000
/** A server takes the code of the step before and after too. */
const usedMs = 3 * stepMs
const rememberedName = 'last-code'

/**
 * Signs in with a one-time code: `--mfa-token` first, then what the person types, three codes at most.
 * JumpCloud takes each code once; one that was used here a moment ago is not sent, the next is waited for.
 */
export async function giveCode(
  step: Step,
  send: (code: string) => Promise<AuthAnswer>,
  refusedBy: (message: string, code: string) => Failure,
): Promise<SignedIn> {
  const codes = codeSource(step)
  for (let count = 1; ; count++) {
    const code = await codes.next()
    const answer = await send(code)
    if (answer.kind === 'signedIn') {
      await rememberUsed(step, code)
      return answer
    }
    if (answer.kind === 'refused' && !isWrongSecret(answer.message)) {
      throw refusedBy(answer.message, code)
    }
    const { ask } = step.parts
    if (count === maxCodes || !ask.possible) {
      throw factorRefusal(
        'JumpCloud did not take the one-time code: it is wrong, or it was used already',
        undefined,
        'a code works once: take the next one, and check the clock of the device that makes it',
      )
    }
    ask.tell('JumpCloud did not take that code: it is wrong, or it was used already')
  }
}

function codeSource(step: Step): { next(): Promise<string> } {
  const { ask } = step.parts
  let given = step.connection.given.mfaToken?.replace(/\s+/g, '')

  async function next(): Promise<string> {
    for (let waits = 0; ; waits++) {
      const code = given ?? (await ask.code({ message: 'One-time code of JumpCloud', digits: 6 }))
      const isGiven = given !== undefined
      given = undefined
      if (!(await wasUsed(step, code))) return code
      if ((isGiven && !ask.possible) || waits === maxWaits) {
        throw factorRefusal(
          'this one-time code was used a moment ago, and JumpCloud takes each once',
          undefined,
          'wait for the next code (30 seconds at most) and run the command again',
        )
      }
      await waitForNext(step)
    }
  }
  return { next }
}

async function waitForNext({ parts: { ask, now, sleep } }: Step): Promise<void> {
  const leftMs = stepMs - (now().getTime() % stepMs)
  const seconds = Math.ceil(leftMs / 1000)
  const shown = ask.waiting(
    `that code was used a moment ago, and JumpCloud takes each once: the next one comes in ${seconds} s`,
  )
  try {
    await sleep(leftMs)
  } finally {
    shown.done()
  }
}

// A digest: the code is of no use any more, and still need not lie about.
const digestOf = (code: string) => createHash('sha256').update(code).digest('base64url')

async function rememberUsed({ parts }: Step, code: string): Promise<void> {
  const entry = JSON.stringify({ code: digestOf(code), at: parts.now().getTime() })
  await keepText(parts, rememberedName, entry)
}

async function wasUsed({ parts: { remembered, now } }: Step, code: string): Promise<boolean> {
  const last = jsonObject((await remembered.get(rememberedName)) ?? '')
  const at = typeof last?.at === 'number' ? last.at : Number.NEGATIVE_INFINITY
  return last?.code === digestOf(code) && Math.abs(now().getTime() - at) < usedMs
}

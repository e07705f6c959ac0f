import { Failure } from '../../failure.ts'
import { quoted } from '../../web/index.ts'
import type { Factor } from './auth-answer.ts'
import { browserCommand, factorRefusal } from './refusals.ts'
import type { Step } from './step.ts'

/** The factors that a sign-in here can give. */
export type FactorType = 'totp' | 'webauthn' | 'push' | 'duo'

/** What `mfa` may be, as saml2aws spells it. */
export const mfaNames = ['Auto', 'TOTP', 'WEBAUTHN', 'DUO', 'PUSH'] as const

const labels: Readonly<Record<FactorType, string>> = {
  webauthn: 'security key or passkey',
  push: 'push to JumpCloud Protect',
  totp: 'one-time code',
  duo: 'Duo',
}

/**
 * `Auto` takes the best that is available: a security key that can be used here (no other site can use what
 * it signs), then push (nothing to type), then a code, then Duo.
 */
const order: readonly FactorType[] = ['webauthn', 'push', 'totp', 'duo']

/** The factor to give. Throws `Failure` `mfaRefused`, `configuration`. */
export async function chooseFactor(step: Step, factors: readonly Factor[]): Promise<FactorType> {
  const { connection, parts } = step
  const wanted = readWish(step)
  const available = order.filter(type =>
    factors.some(factor => factor.type === type && factor.isAvailable),
  )
  if (available.length === 0) throw noneAvailable(step, factors)
  if (wanted === undefined) return await bestOf(step, available)
  if (available.includes(wanted)) return wanted
  const message = `${labels[wanted]} is not available for you at JumpCloud`
  if (!parts.ask.possible || connection.skipPrompt) {
    const names = available.map(type => type.toUpperCase()).join(', ')
    throw factorRefusal(message, undefined, `available: ${names}; choose with --mfa`)
  }
  return await parts.ask.choice({
    message: `${message}; which factor instead?`,
    choices: available.map(type => ({ value: type, label: labels[type] })),
  })
}

function readWish({ connection }: Step): FactorType | undefined {
  const { mfa, name } = connection
  const lower = mfa.toLowerCase()
  if (lower === '' || lower === 'auto') return undefined
  const wanted = order.find(type => type === lower)
  if (wanted !== undefined) return wanted
  throw new Failure(
    'configuration',
    `mfa = ${quoted(mfa)} is no factor of JumpCloud`,
    `rolecall configure -a ${name} --mfa Auto (or ${mfaNames.slice(1).join(', ')})`,
  )
}

async function bestOf(
  { connection, parts }: Step,
  available: readonly FactorType[],
): Promise<FactorType> {
  // Who gives a code has chosen.
  if (connection.given.mfaToken !== undefined && available.includes('totp')) return 'totp'
  let whyNoKey: string | undefined
  for (const type of available) {
    if (type === 'webauthn') {
      const key = await parts.securityKey.available()
      if (!key.ok) {
        whyNoKey = key.why
        continue
      }
    }
    if (type === 'totp' && !parts.ask.possible) continue
    const others = available.filter(other => other !== type)
    if (others.length > 0) {
      const names = others.map(other => other.toUpperCase()).join(', ')
      parts.ask.tell(`second factor: ${labels[type]} (--mfa also takes ${names})`)
    }
    return type
  }
  if (available.includes('totp')) return 'totp'
  throw factorRefusal(
    'JumpCloud wants your security key, which cannot be used here',
    whyNoKey,
    browserCommand(connection),
  )
}

function noneAvailable({ hosts }: Step, factors: readonly Factor[]): Failure {
  const names = factors.map(
    ({ type, isAvailable }) =>
      `${quoted(type)} (${isAvailable ? 'not known here' : 'unavailable'})`,
  )
  return factorRefusal(
    `JumpCloud wants a second factor, and none can be given: ${names.join(', ')}`,
    undefined,
    `set one up at ${hosts.console}`,
  )
}

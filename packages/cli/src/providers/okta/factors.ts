import { Failure } from '../../failure.ts'
import { isJsonObject, type JsonObject, quoted, textMember } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { hrefOf, type Transaction } from './api.ts'
import type { OktaSignIn } from './sign-in-state.ts'

/** A factor that Okta offers: https://developer.okta.com/docs/reference/api/factors/#factor-properties */
export interface Factor {
  readonly type: string
  readonly provider: string
  readonly profile: JsonObject
  readonly verify: string
  /** For people. */
  readonly label: string
}

const labels: ReadonlyMap<string, string> = new Map([
  ['push', 'Okta Verify: push'],
  ['sms', 'text message'],
  ['call', 'phone call'],
  ['email', 'e-mail'],
  ['question', 'security question'],
  ['token:hardware', 'hardware token'],
  ['webauthn', 'security key'],
  ['u2f', 'security key of the U2F time'],
])
const apps: ReadonlyMap<string, string> = new Map([
  ['OKTA', 'Okta Verify'],
  ['GOOGLE', 'Google Authenticator'],
])

/** The factors of a transaction that waits for one. */
export function factorsOf({ embedded }: Transaction, origin: string): readonly Factor[] {
  const list = Array.isArray(embedded.factors) ? embedded.factors.filter(isJsonObject) : []
  return list.slice(0, 50).flatMap(each => {
    const type = textMember(each, 'factorType', 64)
    const links = isJsonObject(each._links) ? each._links : {}
    const verify = hrefOf(links.verify, origin)
    if (type === undefined || verify === undefined) return []
    const provider = textMember(each, 'provider', 64) ?? ''
    const profile = isJsonObject(each.profile) ? each.profile : {}
    return [{ type, provider, profile, verify, label: labelOf(type, provider, profile) }]
  })
}

function labelOf(type: string, provider: string, profile: JsonObject): string {
  const name =
    type === 'token:software:totp'
      ? `${apps.get(provider) ?? provider}: code`
      : (labels.get(type) ?? `${provider.toLowerCase()} ${type}`)
  const detail = ['name', 'phoneNumber', 'email', 'questionText', 'authenticatorName']
    .map(member => textMember(profile, member, 256))
    .find(text => text !== undefined)
  return quoted(detail === undefined ? name : `${name} (${detail})`)
}

/** Whether a factor is what `mfa` names, as saml2aws spells it. */
function isNamed({ type, provider }: Factor, mfa: string): boolean {
  switch (mfa.toUpperCase()) {
    case 'PUSH':
      return type === 'push'
    case 'TOTP':
      return type === 'token:software:totp'
    case 'OKTA':
      return type === 'token:software:totp' && provider === 'OKTA'
    case 'FIDO':
      return type === 'webauthn' || type === 'u2f'
    case 'DUO':
    case 'SYMANTEC':
      return provider === mfa.toUpperCase()
    case 'YUBICO TOKEN:HARDWARE':
      return type === 'token:hardware'
    default:
      return type.toUpperCase() === mfa.toUpperCase()
  }
}

/** The factor to use: what `mfa` names; with `Auto` the only one, one for the given code, or what the person chooses. */
export async function chooseFactor(
  { connection, parts }: OktaSignIn,
  factors: readonly Factor[],
): Promise<Factor> {
  const { mfa, given } = connection
  const isAuto = mfa.toLowerCase() === 'auto'
  const named = isAuto ? factors : factors.filter(each => isNamed(each, mfa))
  const [first] = named
  if (first === undefined) {
    const offered = factors.map(({ label }) => label).join(', ') || 'none'
    const message = `Okta offers no factor ${isAuto ? 'that is known here' : mfa}; it offers ${offered}`
    throw new Failure(
      'mfaRefused',
      message,
      `choose another with --mfa, or ${browserHint(connection)}`,
    )
  }
  if (isOne(named)) return first
  const forCode = named.find(({ type }) => type.startsWith('token'))
  if (isAuto && given.mfaToken !== undefined && forCode !== undefined) return forCode
  const choices = named.filter(
    (each, at) =>
      each.type !== 'webauthn' || at === named.findIndex(one => one.type === 'webauthn'),
  )
  return await parts.ask.choice({
    message: 'Which second factor?',
    choices: choices.map(value => ({ value, label: value.label })),
  })
}

/** Several security keys are one: any of them may be touched. */
function isOne(factors: readonly Factor[]): boolean {
  return factors.length === 1 || factors.every(({ type }) => type === 'webauthn')
}

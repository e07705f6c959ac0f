import { Failure } from '../../failure.ts'
import { isJsonObject, type JsonObject, quoted, textMember } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Challenge } from './flow.ts'
import type { AuthentikSignIn } from './stage.ts'

/** One of the person's authenticators, as `device_challenges` has it. */
export interface Device {
  /** `totp`, `static`, `sms`, `email`, `duo`, `webauthn`. */
  readonly kind: string
  readonly challenge: JsonObject
  /** As it came: the answer names it by the whole. */
  readonly json: JsonObject
  readonly label: string
}

const labels: ReadonlyMap<string, string> = new Map([
  ['totp', 'authenticator app'],
  ['static', 'recovery code'],
  ['sms', 'text message'],
  ['email', 'e-mail'],
  ['duo', 'Duo push'],
  ['webauthn', 'security key'],
])

export function devicesOf({ json }: Challenge): readonly Device[] {
  const list = Array.isArray(json.device_challenges)
    ? json.device_challenges.filter(isJsonObject)
    : []
  return list.slice(0, 50).flatMap(each => {
    const kind = textMember(each, 'device_class', 50)
    if (kind === undefined) return []
    const challenge = isJsonObject(each.challenge) ? each.challenge : {}
    const email = textMember(challenge, 'email', 200)
    const label = `${labels.get(kind) ?? kind}${email === undefined ? '' : ` (${email})`}`
    return [{ kind, challenge, json: each, label: quoted(label) }]
  })
}

/** The device to use: what `mfa` names; with `Auto` the only one, one for the given code, or what the person chooses. */
export async function chooseDevice(
  { connection, parts }: AuthentikSignIn,
  devices: readonly Device[],
): Promise<Device> {
  const { mfa, given } = connection
  const isAuto = mfa.toLowerCase() === 'auto'
  const named = isAuto ? devices : devices.filter(({ kind }) => kind === mfa.toLowerCase())
  const [first, ...others] = named
  if (first === undefined) {
    const offered = devices.map(({ label }) => label).join(', ') || 'none'
    const message = `authentik offers no second factor ${isAuto ? 'here' : mfa}; it offers ${offered}`
    throw new Failure(
      'mfaRefused',
      message,
      `choose another with --mfa, or ${browserHint(connection)}`,
    )
  }
  if (others.length === 0) return first
  const forCode =
    named.find(({ kind }) => kind === 'totp') ?? named.find(({ kind }) => kind === 'static')
  if (given.mfaToken !== undefined && forCode !== undefined) return forCode
  return await parts.ask.choice({
    message: 'Which second factor?',
    choices: named.map(value => ({ value, label: value.label })),
  })
}

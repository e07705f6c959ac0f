import { Failure } from '../../failure.ts'
import { isJsonObject, textMember } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import { chooseDevice, type Device, devicesOf } from './devices.ts'
import type { Challenge, Flow } from './flow.ts'
import type { AuthentikSignIn, Stage } from './stage.ts'

/** authentik itself waits for Duo before it answers. */
const duoMs = 120_000

/** `ak-stage-authenticator-validate`: one of the person's second factors. */
export const authenticatorValidate: Stage = async (signIn, flow, challenge) => {
  const devices = devicesOf(challenge)
  if (devices.length === 0) {
    const message = 'authentik wants you to set up a second factor'
    throw new Failure(
      'signInRefused',
      message,
      `do it once there; ${browserHint(signIn.connection)}`,
    )
  }
  const device = await chooseDevice(signIn, devices)
  switch (device.kind) {
    case 'webauthn':
      return await withKey(signIn, flow, challenge, device)
    case 'duo':
      return await withDuo(signIn, flow, challenge, device)
    case 'totp':
    case 'static':
    case 'sms':
    case 'email':
      return await withCode(signIn, flow, challenge, device)
    default:
      throw new Failure(
        'provider',
        `authentik asks for ${device.label}, which is not known here`,
        browserHint(signIn.connection),
      )
  }
}

async function withCode(
  { codes, connection }: AuthentikSignIn,
  flow: Flow,
  { component }: Challenge,
  device: Device,
): Promise<Challenge> {
  const isSent = device.kind === 'sms' || device.kind === 'email'
  if (isSent && connection.given.mfaToken === undefined) {
    // Choosing it sends the code; the stage then says that an answer is still to come.
    await flow.answer(component, { selected_challenge: device.json })
  }
  for (;;) {
    const code = await codes.next({ message: `Code: ${device.label}` })
    const next = await flow.answer(component, { code })
    if (next.component !== component || next.error === undefined) return next
    codes.refused(`authentik: ${next.error}`)
  }
}

async function withDuo(
  { parts }: AuthentikSignIn,
  flow: Flow,
  { component }: Challenge,
  device: Device,
): Promise<Challenge> {
  const wait = parts.ask.waiting('Approve the sign-in in Duo')
  const duo = Number(device.json.device_uid)
  const next = await flow
    .answer(component, { duo }, { timeoutMs: duoMs })
    .finally(() => wait.done())
  return refusedBy(next, component, 'try again, with the phone at hand')
}

async function withKey(
  { parts, connection }: AuthentikSignIn,
  flow: Flow,
  { component }: Challenge,
  { challenge }: Device,
): Promise<Challenge> {
  const available = await parts.securityKey.available()
  if (!available.ok) {
    const hint = `choose another factor with --mfa, or ${browserHint(connection)}`
    throw new Failure('mfaRefused', `a security key is asked for: ${available.why}`, hint)
  }
  const [text, rpId] = [
    textMember(challenge, 'challenge', 2000),
    textMember(challenge, 'rpId', 253),
  ]
  if (text === undefined || rpId === undefined) {
    throw new Failure(
      'provider',
      'authentik asks for a security key in a form that is not known here',
      browserHint(connection),
    )
  }
  const allowed = Array.isArray(challenge.allowCredentials) ? challenge.allowCredentials : []
  const wait = parts.ask.waiting('Touch your security key')
  const made = await parts.securityKey
    .assert({
      ...{ origin: new URL(connection.url).origin, rpId, challenge: text },
      allowCredentials: allowed.filter(isJsonObject).flatMap(each => {
        const id = textMember(each, 'id', 2000)
        return id === undefined ? [] : [{ id }]
      }),
      userVerification: verificationOf(challenge.userVerification),
    })
    .finally(() => wait.done())
  const { credentialId: id, clientDataJSON, authenticatorData, signature, userHandle } = made
  const response = { clientDataJSON, authenticatorData, signature, userHandle }
  const webauthn = { id, rawId: id, type: 'public-key', assertionClientExtensions: '{}', response }
  return refusedBy(
    await flow.answer(component, { webauthn }),
    component,
    'use the key that is registered there',
  )
}

function verificationOf(value: unknown): 'required' | 'preferred' | 'discouraged' | undefined {
  return value === 'required' || value === 'preferred' || value === 'discouraged'
    ? value
    : undefined
}

/** What comes next, when the answer was taken. */
function refusedBy(next: Challenge, component: string, hint: string): Challenge {
  if (next.component !== component || next.error === undefined) return next
  throw new Failure('mfaRefused', `authentik: ${next.error}`, hint)
}

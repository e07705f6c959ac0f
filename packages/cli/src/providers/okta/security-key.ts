import { Failure } from '../../failure.ts'
import { isJsonObject, type JsonObject, textMember } from '../../web/index.ts'
import { browserHint } from '../shared/browser-hint.ts'
import type { Transaction } from './api.ts'
import type { Factor } from './factors.ts'
import type { OktaSignIn } from './sign-in-state.ts'

/** Any of the person's security keys. */
export async function passSecurityKey(
  { api, parts, connection }: OktaSignIn,
  verify: string,
  stateToken: string,
  factors: readonly Factor[],
): Promise<Transaction> {
  const available = await parts.securityKey.available()
  if (!available.ok) {
    throw new Failure(
      'mfaRefused',
      `a security key is asked for: ${available.why}`,
      `choose another factor with --mfa, or ${browserHint(connection)}`,
    )
  }
  const keys = factors.filter(({ type }) => type === 'webauthn')
  const { search } = new URL(verify)
  // One challenge for all keys; that of a single one is at its own address.
  const to =
    keys.length > 1 ? `${api.origin}/api/v1/authn/factors/webauthn/verify${search}` : verify
  const challenged = await api.next(to, { stateToken })
  const asked = challengeOf(challenged)
  const challenge = asked === undefined ? undefined : textMember(asked, 'challenge', 2000)
  if (asked === undefined || challenge === undefined) {
    throw new Failure(
      'provider',
      'Okta asks for a security key in a form that is not known here',
      browserHint(connection),
    )
  }
  const extensions = isJsonObject(asked.extensions) ? asked.extensions : {}
  const wait = parts.ask.waiting('Touch your security key')
  const made = await parts.securityKey
    .assert({
      ...{ origin: api.origin, rpId: new URL(api.origin).hostname, challenge },
      allowCredentials: keys.flatMap(({ profile }) => {
        const id = textMember(profile, 'credentialId', 2000)
        return id === undefined ? [] : [{ id }]
      }),
      appId: textMember(extensions, 'appid', 500),
    })
    .finally(() => wait.done())
  const answer = await api.post(challenged.link('next') ?? to, {
    stateToken,
    clientData: base64(made.clientDataJSON),
    signatureData: base64(made.signature),
    authenticatorData: base64(made.authenticatorData),
  })
  if ('transaction' in answer) return answer.transaction
  throw new Failure(
    'mfaRefused',
    `Okta: ${answer.refusal.message}`,
    'use the key that is registered there',
  )
}

function challengeOf({ embedded }: Transaction): JsonObject | undefined {
  const factors = Array.isArray(embedded.factors) ? embedded.factors : []
  const holders: readonly unknown[] = [
    embedded,
    ...[embedded.factor, ...factors].map(each => (isJsonObject(each) ? each._embedded : undefined)),
  ]
  return holders
    .map(each => (isJsonObject(each) ? each.challenge : undefined))
    .find((each): each is JsonObject => isJsonObject(each))
}

function base64(unpadded: string): string {
  return Buffer.from(unpadded, 'base64url').toString('base64')
}

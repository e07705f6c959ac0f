import { isJsonObject, type JsonObject, notUnderstood, textMember } from '../../web/index.ts'
import { readAuthAnswer } from './auth-answer.ts'
import { outage } from './console.ts'
import { browserCommand, factorRefusal } from './refusals.ts'
import type { SignedIn, Step } from './step.ts'

/** Credentials that are tried; WebAuthn itself has no bound. */
const maxCredentials = 64
const path = '/auth/webauthn'

/** Signs in with a security key: any of the credentials that JumpCloud names. Throws `Failure` `mfaRefused`. */
export async function useSecurityKey(step: Step): Promise<SignedIn> {
  const { connection, console, parts } = step
  const usable = await parts.securityKey.available()
  if (!usable.ok) {
    const message = 'JumpCloud wants your security key, which cannot be used here'
    throw factorRefusal(message, usable.why, browserCommand(connection))
  }
  const asked = await console.get(path)
  if (asked.json === undefined || asked.status >= 500) throw outage(console.host, asked)
  const { token, publicKey } = asked.json
  if (!isJsonObject(publicKey)) {
    const hint = browserCommand(connection)
    throw factorRefusal('JumpCloud gave no challenge', textMember(asked.json, 'message'), hint)
  }
  const assertion = await parts.securityKey.assert(requestOf(step, publicKey))
  const { credentialId, usedAppId, authenticatorData, clientDataJSON, signature, userHandle } =
    assertion
  const publicKeyCredential = {
    id: credentialId,
    rawId: credentialId,
    type: 'public-key',
    response: { clientDataJSON, authenticatorData, signature, userHandle },
    ...(usedAppId === true ? { clientExtensionResults: { appid: true } } : {}),
  }
  const sent = await console.post(path, { publicKeyCredential, token })
  const answer = readAuthAnswer(console.host, sent)
  if (answer.kind === 'signedIn') return answer
  const message = answer.kind === 'refused' ? answer.message : undefined
  throw factorRefusal('JumpCloud did not take the security key', message)
}

function requestOf({ console }: Step, publicKey: JsonObject) {
  const { hostname } = new URL(console.origin)
  const challenge = base64url(textMember(publicKey, 'challenge'))
  const rpId = textMember(publicKey, 'rpId', 253) ?? hostname
  const allowed = Array.isArray(publicKey.allowCredentials) ? publicKey.allowCredentials : []
  const ids = allowed.flatMap(entry => {
    const id = isJsonObject(entry) ? base64url(textMember(entry, 'id')) : undefined
    return id === undefined ? [] : [{ id }]
  })
  if (challenge === undefined || ids.length === 0 || ids.length > maxCredentials) {
    throw notUnderstood(console.host, 'there should be a challenge and credentials for it')
  }
  const verification = textMember(publicKey, 'userVerification', 32)
  const extensions = isJsonObject(publicKey.extensions) ? publicKey.extensions : {}
  const timeoutMs = typeof publicKey.timeout === 'number' ? publicKey.timeout : undefined
  return {
    origin: console.origin,
    rpId,
    challenge,
    allowCredentials: ids,
    userVerification: verifications.find(each => each === verification) ?? 'preferred',
    appId: textMember(extensions, 'appid', 1024),
    timeoutMs,
  }
}

const verifications = ['required', 'preferred', 'discouraged'] as const

/** Either base64 as base64url without padding; undefined for anything else. */
function base64url(text: string | undefined): string | undefined {
  const plain = text?.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  return plain !== undefined && /^[\w-]+$/.test(plain) ? plain : undefined
}

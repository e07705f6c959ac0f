import { createHash, createPublicKey } from 'node:crypto'
import { equalTexts } from '../equal-texts.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import type { KeyAnswer } from '../tenants/webauthn.ts'
import { signedIn } from './auth.ts'
import type { ConsoleSession, Tenant } from './tenant.ts'

const userVerified = 0x04

/** `GET /userconsole/auth/webauthn`: a challenge for the person's credentials. */
export function challenge(tenant: Tenant, session: ConsoleSession): Outgoing {
  const { waiting } = session
  if (waiting === undefined || waiting.securityKeys.length === 0) return failed
  session.challenge = tenant.keys.challenge()
  return jsonAnswer(200, {
    publicKey: {
      challenge: session.challenge,
      timeout: 60_000,
      rpId: rpIdOf(tenant),
      allowCredentials: waiting.securityKeys.map(({ id }) => ({ type: 'public-key', id })),
      userVerification: tenant.document.userVerification,
    },
    token: tokenOf(session.challenge),
  })
}

/** `POST /userconsole/auth/webauthn`: WebAuthn Level 2, section 7.2. */
export function verifyKey(tenant: Tenant, session: ConsoleSession, request: Incoming): Outgoing {
  const { challenge: asked, waiting } = session
  session.challenge = undefined
  const { publicKeyCredential, token } = jsonBody(request) ?? {}
  const answer = read(publicKeyCredential)
  if (asked === undefined || waiting === undefined || answer === undefined) return failed
  if (!equalTexts(String(token), tokenOf(asked))) return failed
  const flags = Buffer.from(answer.authenticatorData, 'base64url')[32] ?? 0
  if (tenant.document.userVerification === 'required' && (flags & userVerified) === 0) {
    return refused('nobody was verified')
  }
  const keys = waiting.securityKeys.map(({ id, publicKey }) => ({
    id,
    label: id,
    publicKey: createPublicKey(publicKey),
  }))
  const site = { challenge: asked, origin: tenant.consoleUrl, rpId: rpIdOf(tenant), keys }
  const checked = tenant.keys.check(site, answer)
  return checked.ok ? signedIn(tenant, session, waiting) : refused(checked.why)
}

const failed = jsonAnswer(401, { message: 'Authentication failed.' })
const refused = (why: string) => jsonAnswer(401, { message: `Authentication failed. (${why})` })
const rpIdOf = ({ consoleUrl }: Tenant) => new URL(consoleUrl).hostname
const tokenOf = (text: string) =>
  createHash('sha256').update(`token of ${text}`).digest('base64url')

/** Unpadded base64url throughout, and nothing else. */
function read(credential: unknown): KeyAnswer | undefined {
  if (typeof credential !== 'object' || credential === null) return undefined
  const { id, rawId, type, response }: Partial<Record<string, unknown>> = { ...credential }
  if (typeof id !== 'string' || rawId !== id || type !== 'public-key') return undefined
  if (typeof response !== 'object' || response === null) return undefined
  const { clientDataJSON, authenticatorData, signature }: Partial<Record<string, unknown>> = {
    ...response,
  }
  const isText = (text: unknown): text is string =>
    typeof text === 'string' && /^[\w-]+$/.test(text)
  if (!isText(clientDataJSON) || !isText(authenticatorData) || !isText(signature)) return undefined
  return { credentialId: id, clientDataJSON, authenticatorData, signature }
}

import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { equalTexts } from '../equal-texts.ts'
import type { Incoming, Outgoing } from '../http/exchange.ts'
import { jsonAnswer, jsonBody } from '../http/json.ts'
import { signedIn } from './auth.ts'
import type { ConsoleSession, Tenant } from './tenant.ts'

/** `GET /userconsole/auth/webauthn`: a challenge for the person's credentials. */
export function challenge(tenant: Tenant, session: ConsoleSession): Outgoing {
  const { waiting } = session
  if (waiting === undefined || waiting.securityKeys.length === 0) return failed
  session.challenge = randomBytes(32).toString('base64url')
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
  const sent = read(publicKeyCredential)
  if (asked === undefined || waiting === undefined || sent === undefined) return failed
  const key = waiting.securityKeys.find(({ id }) => id === sent.id)
  if (key === undefined || !equalTexts(String(token), tokenOf(asked))) return failed
  const why = refusalOf(tenant, asked, key, sent)
  if (why !== undefined) return jsonAnswer(401, { message: `Authentication failed. (${why})` })
  return signedIn(tenant, session, waiting)
}

const failed = jsonAnswer(401, { message: 'Authentication failed.' })
const rpIdOf = ({ consoleUrl }: Tenant) => new URL(consoleUrl).hostname
const tokenOf = (text: string) =>
  createHash('sha256').update(`token of ${text}`).digest('base64url')

interface Sent {
  readonly id: string
  readonly clientDataJSON: Buffer
  readonly authenticatorData: Buffer
  readonly signature: Buffer
}

/** Unpadded base64url throughout, and nothing else. */
function read(credential: unknown): Sent | undefined {
  if (typeof credential !== 'object' || credential === null) return undefined
  const { id, rawId, type, response } = { ...credential } as Record<string, unknown>
  if (typeof id !== 'string' || rawId !== id || type !== 'public-key') return undefined
  const parts = { ...(response as object) } as Record<string, unknown>
  const [clientDataJSON, authenticatorData, signature] = [
    'clientDataJSON',
    'authenticatorData',
    'signature',
  ].map(name => {
    const text = parts[name]
    return typeof text === 'string' && /^[\w-]+$/.test(text)
      ? Buffer.from(text, 'base64url')
      : undefined
  })
  if (!clientDataJSON || !authenticatorData || !signature) return undefined
  return { id, clientDataJSON, authenticatorData, signature }
}

function refusalOf(
  tenant: Tenant,
  asked: string,
  key: { readonly id: string; readonly publicKey: string },
  { clientDataJSON, authenticatorData, signature }: Sent,
): string | undefined {
  const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest()
  const client: Record<string, unknown> = JSON.parse(clientDataJSON.toString('utf8'))
  if (client.type !== 'webauthn.get') return 'type'
  if (client.challenge !== asked) return 'challenge'
  if (client.origin !== tenant.consoleUrl) return 'origin'
  if (authenticatorData.length < 37) return 'authenticator data'
  if (!authenticatorData.subarray(0, 32).equals(sha256(rpIdOf(tenant)))) return 'relying party'
  const flags = authenticatorData.readUInt8(32)
  if ((flags & 0x01) === 0) return 'user presence'
  if (tenant.document.userVerification === 'required' && (flags & 0x04) === 0) {
    return 'user verification'
  }
  const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)])
  if (!verify('sha256', signed, createPublicKey(key.publicKey), signature)) return 'signature'
  const counter = authenticatorData.readUInt32BE(33)
  const last = tenant.counters.get(key.id) ?? 0
  if (counter !== 0 && counter <= last) return 'counter'
  tenant.counters.set(key.id, counter)
  return undefined
}

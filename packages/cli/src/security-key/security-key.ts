import { createHash } from 'node:crypto'
import type { Ask } from '../ask/ask.ts'
import { Failure } from '../failure.ts'
import type { SecurityKey } from '../providers/provider.ts'
import type { Terminal } from '../terminal.ts'
import { assertWith, type Candidate, inputOf, install, type Surroundings } from './assert-with.ts'
import { readAssertion } from './assertion.ts'
import { listDevices, optionsOf } from './devices.ts'
import { findCredential } from './find-credential.ts'
import { createPins } from './pins.ts'
import { keyRefusal } from './refusals.ts'
import { checkSite } from './site.ts'

const defaultTimeoutMs = 60_000
const leastTimeoutMs = 10_000
const maxTimeoutMs = 300_000
const maxCredentials = 64

/**
 * Security keys through libfido2's tools, `fido2-token` and `fido2-assert`: CTAP2 with a PIN or a
 * fingerprint, and U2F. The PIN is asked for on the terminal and goes to the tool's standard input.
 */
export function createSecurityKey(parts: {
  readonly ask: Ask
  /** Its PATH finds the tools; nothing else of it is passed on. */
  readonly env: Terminal['env']
}): SecurityKey {
  const { ask, env } = parts
  return Object.freeze({
    async available() {
      const devices = await listDevices(env)
      if (devices === undefined) {
        return { ok: false, why: `fido2-token is not installed; ${install}` } as const
      }
      if (devices.length > 0) return { ok: true } as const
      return { ok: false, why: 'no security key is plugged in' } as const
    },
    async assert(request: Parameters<SecurityKey['assert']>[0]) {
      checkSite(request)
      checkCredentials(request)
      const devices = await listDevices(env)
      if (devices === undefined) {
        throw new Failure('mfaRefused', 'fido2-token is not installed', install)
      }
      if (devices.length === 0) {
        const hint = 'plug it in and run the command again'
        throw new Failure('mfaRefused', 'no security key is plugged in', hint)
      }
      const clientData = clientDataOf(request)
      const clientDataHash = createHash('sha256').update(clientData).digest()
      const surroundings = { ask, env, pins: createPins(ask), clientDataHash }
      const found = await findCredential(surroundings, devices, request)
      const { authenticatorData, signature } = await sign(surroundings, found, request)
      return {
        credentialId: found.credentialId,
        authenticatorData: authenticatorData.toString('base64url'),
        clientDataJSON: Buffer.from(clientData).toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: null,
        ...(found.isU2f ? { usedAppId: true as const } : {}),
      }
    },
  })
}

/** Each credential is a call of the tool for each key. Without one the key would have to know it itself. */
function checkCredentials({
  origin,
  allowCredentials,
}: Parameters<SecurityKey['assert']>[0]): void {
  const { hostname } = new URL(origin)
  if (allowCredentials.length > maxCredentials) {
    const message = `${hostname} names more than ${maxCredentials} security keys`
    throw new Failure('provider', message)
  }
  if (allowCredentials.length > 0) return
  const hint = 'a passkey is used in a browser: rolecall login --idp-provider Browser'
  throw new Failure('mfaRefused', `${hostname} names no security key of yours`, hint)
}

/** The client data that is signed, in the order of WebAuthn Level 2, 5.8.1.1. */
export function clientDataOf(request: {
  readonly challenge: string
  readonly origin: string
}): string {
  const { challenge, origin } = request
  return JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false })
}

async function sign(
  surroundings: Surroundings,
  found: Candidate,
  request: Parameters<SecurityKey['assert']>[0],
) {
  const { ask } = surroundings
  const { userVerification = 'preferred', timeoutMs = defaultTimeoutMs } = request
  const wish = await verificationOf(surroundings.env, found, userVerification)
  let shown: { done(): void } | undefined
  const touch = () => {
    shown?.done()
    shown = ask.waiting(`touch your security key (${found.device.name})`)
  }
  // With a PIN the key is touched after it.
  if (!wish.includes('pin=true')) touch()
  try {
    const result = await assertWith(surroundings, found, {
      options: ['-p', ...wish],
      timeoutMs: Math.min(Math.max(timeoutMs, leastTimeoutMs), maxTimeoutMs),
      mayAskPin: true,
      onPin: () => shown?.done(),
      afterPin: touch,
    })
    if (result.code !== 0) throw keyRefusal(result.stderr)
    return readAssertion(result.stdout, inputOf(found, surroundings.clientDataHash))
  } finally {
    shown?.done()
  }
}

/** How the owner is verified: by the key itself, else by the PIN when it has one, else not at all. */
async function verificationOf(
  env: Terminal['env'],
  { device, isU2f }: Candidate,
  wanted: 'required' | 'preferred' | 'discouraged',
): Promise<readonly string[]> {
  if (isU2f || wanted === 'discouraged') return []
  const { hasBuiltIn, hasPin } = await optionsOf(env, device.path)
  if (hasBuiltIn) return ['-t', 'uv=true']
  if (hasPin) return ['-t', 'pin=true']
  if (wanted === 'required') throw keyRefusal('FIDO_ERR_PIN_NOT_SET')
  return []
}

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A FIDO2 authenticator in memory whose owner touches it at once. */
export interface Authenticator {
  /** Unpadded base64url. */
  readonly credentialId: string
  /** SubjectPublicKeyInfo as base64 DER, for `securityKeys` of a world. */
  readonly publicKey: string
  readonly privateKey: KeyObject
  /** WebAuthn Level 2, 6.3.3: signs for a challenge by ES256. Texts are unpadded base64url. */
  assert(request: {
    readonly origin: string
    readonly rpId: string
    readonly challenge: string
  }): Promise<{
    readonly credentialId: string
    readonly authenticatorData: string
    readonly clientDataJSON: string
    readonly signature: string
    readonly userHandle: string | null
  }>
}

/** User present and verified. */
const flags = 0x05

/** A new authenticator with one credential, for tests of sign-ins. */
export function createAuthenticator(): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32).toString('base64url')
  let counter = 0
  return Object.freeze({
    credentialId,
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    privateKey,
    async assert({ origin, rpId, challenge }: { origin: string; rpId: string; challenge: string }) {
      const clientData = Buffer.from(
        JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }),
      )
      counter += 1
      const count = Buffer.alloc(4)
      count.writeUInt32BE(counter)
      const data = Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), count])
      const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), privateKey)
      return {
        credentialId,
        authenticatorData: data.toString('base64url'),
        clientDataJSON: clientData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: null,
      }
    },
  })
}

function sha256(of: Uint8Array): Buffer {
  return createHash('sha256').update(of).digest()
}

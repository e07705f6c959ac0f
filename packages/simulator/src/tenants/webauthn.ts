import { createHash, randomBytes, verify } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import type { RegisteredKey } from './person.ts'

/** What a browser sends back of an authenticator; all in base64url, padded or not, or base64. */
export interface KeyAnswer {
  readonly credentialId: string
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
}

/** What one site expects of security keys. */
export interface KeyChecks {
  challenge(): string
  /** Whether a key answered this challenge here: WebAuthn Level 2, 7.2. The reason when it did not. */
  check(
    expected: {
      readonly challenge: string
      readonly origin: string
      readonly rpId: string
      readonly keys: readonly RegisteredKey[]
    },
    answer: KeyAnswer,
  ): { readonly ok: true } | { readonly ok: false; readonly why: string }
}

const userPresent = 0x01
const maxCounters = 10_000

/** Checks for one identity provider; it remembers the counter of each key. */
export function createKeyChecks(): KeyChecks {
  const counters = boundedMap<number>(maxCounters)
  return {
    challenge: () => randomBytes(32).toString('base64url'),
    check({ challenge, origin, rpId, keys }, answer) {
      const no = (why: string) => ({ ok: false, why }) as const
      const id = bytes(answer.credentialId).toString('base64url')
      const key = keys.find(each => each.id === id)
      if (key === undefined) return no('the credential is not registered')
      const clientData = bytes(answer.clientDataJSON)
      const said = clientDataOf(clientData)
      if (said.type !== 'webauthn.get') return no('the client data is of another type')
      if (said.challenge !== challenge) return no('it answers another challenge')
      if (said.origin !== origin) return no('it was made for another origin')
      const data = bytes(answer.authenticatorData)
      if (data.length < 37) return no('the authenticator data is too short')
      if (!data.subarray(0, 32).equals(sha256(Buffer.from(rpId)))) {
        return no('it was made for another relying party')
      }
      if (((data[32] ?? 0) & userPresent) === 0) return no('nobody touched the key')
      const signed = Buffer.concat([data, sha256(clientData)])
      if (!verify('sha256', signed, key.publicKey, bytes(answer.signature))) {
        return no('the signature does not hold')
      }
      const counter = data.readUInt32BE(33)
      const last = counters.get(id) ?? 0
      if ((counter !== 0 || last !== 0) && counter <= last) return no('the counter went back')
      counters.set(id, counter)
      return { ok: true }
    },
  }
}

function clientDataOf(bytesOf: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytesOf.toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Node takes both alphabets for either. */
function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}

function sha256(of: Uint8Array): Buffer {
  return createHash('sha256').update(of).digest()
}

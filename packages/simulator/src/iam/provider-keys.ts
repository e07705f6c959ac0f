import { createPrivateKey, type KeyObject } from 'node:crypto'
import { Fault } from '../query/fault.ts'
import { invalidInput } from './provider-metadata.ts'
import { type EncryptionMode, type ProviderKey, randomUpper } from './saml-providers.ts'

const maxPrivateKeys = 2
/** AWS names none; what is shorter does not decrypt an assertion here. */
const minKeyBits = 2048

/** What a call wants done to a provider's encryption. */
export interface EncryptionChange {
  readonly mode: EncryptionMode
  /** PEM. */
  readonly addPrivateKey: string | undefined
  readonly removePrivateKey: string | undefined
}

/** Carries a change out (IAM API reference, UpdateSAMLProvider; IAM guide, "SAML encryption"). Throws `Fault`. */
export function changeEncryption(
  before: {
    readonly encryptionMode: EncryptionMode
    readonly privateKeys: readonly ProviderKey[]
  },
  change: EncryptionChange,
  now: Date,
): { readonly encryptionMode: EncryptionMode; readonly privateKeys: readonly ProviderKey[] } {
  const { addPrivateKey, removePrivateKey } = change
  if (addPrivateKey !== undefined && removePrivateKey !== undefined) {
    throw invalidInput('Cannot add and remove a private key in one request')
  }
  const encryptionMode = change.mode ?? before.encryptionMode
  const privateKeys = before.privateKeys.filter(({ keyId }) => keyId !== removePrivateKey)
  if (removePrivateKey !== undefined && privateKeys.length === before.privateKeys.length) {
    throw invalidInput(`There is no private key ${removePrivateKey}`)
  }
  if (addPrivateKey !== undefined) {
    if (privateKeys.length >= maxPrivateKeys) {
      const message = `Cannot exceed quota for PrivateKeysPerSAMLProvider: ${maxPrivateKeys}`
      throw new Fault(409, 'LimitExceeded', message)
    }
    const key = readPrivateKey(addPrivateKey)
    privateKeys.unshift({ keyId: randomUpper(24), timestamp: now, key })
  }
  if (encryptionMode === 'Required' && privateKeys.length === 0) {
    throw invalidInput('AssertionEncryptionMode Required needs a private key')
  }
  return { encryptionMode, privateKeys }
}

/** The error says nothing of what was passed: it may be a private key all the same. */
function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject | undefined
  try {
    key = createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    throw invalidInput('AddPrivateKey is not an unencrypted private key in PEM')
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType === 'rsa' && bits >= minKeyBits) return key
  throw invalidInput(`AddPrivateKey is not an RSA key of at least ${minKeyBits} bits`)
}

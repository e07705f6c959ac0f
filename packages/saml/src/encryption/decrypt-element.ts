import { createPrivateKey, KeyObject } from 'node:crypto'
import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import type { Allowed } from '../signature/algorithms.ts'
import type { XmlDocument, XmlElement } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { isNamed } from '../xml/read.ts'
import { decryptContent } from './content.ts'
import { decryptOaep } from './oaep.ts'
import { type Encrypted, readEncrypted } from './read-encrypted.ts'

/** A PEM private key, or a private `KeyObject`, which need not be parsed for each message. */
export type DecryptionKey = string | KeyObject

/** What may decrypt, and what counts besides AES-GCM. */
export interface Decryption {
  readonly keys: readonly KeyObject[]
  readonly allowed: Allowed
}

const maxKeys = 4
const minBits = 2048
const minWeakBits = 1024

/** Loads decryption keys: RSA private keys of 2048 bits or more, at most 4 for a roll-over. */
export function decryptionKeys(
  inputs: readonly DecryptionKey[],
  allowed: Allowed,
): readonly KeyObject[] {
  if (inputs.length > maxKeys) refuse(`at most ${maxKeys} keys`, String(inputs.length))
  return inputs.map(input => {
    const key = privateKeyOf(input)
    const bits = key?.asymmetricKeyDetails?.modulusLength ?? 0
    const isLong = bits >= (allowed.has('rsa-1024') ? minWeakBits : minBits)
    if (key?.type === 'private' && key.asymmetricKeyType === 'rsa' && isLong) return key
    const received = key === undefined ? 'no key' : `a ${key.type} key of ${bits} bits`
    return refuse(`RSA private keys of ${minBits} bits or more`, received)
  })
}

/**
 * Decrypts what stands in an EncryptedAssertion, EncryptedID or EncryptedAttribute: the document of
 * the one SAML element `local` that the plaintext must be (R14). `isSigned` tells whether a verified
 * signature covers the ciphertext. What fails once the private key was used fails alike.
 */
export function decryptElement(
  holder: XmlElement,
  local: 'Assertion' | 'NameID' | 'Attribute',
  { keys, allowed }: Decryption,
  isSigned: boolean,
): XmlDocument {
  if (keys.length === 0) {
    throw new SamlError('response.encrypted', {
      check: holder.local,
      expected: 'a key to decrypt it, or the element in the clear',
      received: 'no key',
    })
  }
  const plaintext = plaintextOf(readEncrypted(holder, allowed, isSigned), keys)
  const document = plaintext === undefined ? undefined : documentOf(plaintext, local)
  if (document !== undefined) return document
  throw new SamlError('encryption.failed', { check: holder.local, expected: `one ${local}` })
}

function plaintextOf(
  { content, ciphertext, keys }: Encrypted,
  ours: readonly KeyObject[],
): Buffer | undefined {
  for (const { ciphertext: encryptedKey, hashes } of keys) {
    for (const key of ours) {
      const contentKey = decryptOaep(encryptedKey, key, hashes)
      const plaintext =
        contentKey === undefined ? undefined : decryptContent(ciphertext, content, contentKey)
      if (plaintext !== undefined) return plaintext
    }
  }
  return undefined
}

/** The plaintext read by the rules for every document (R1 to R3): the element and nothing around it. */
function documentOf(plaintext: Buffer, local: string): XmlDocument | undefined {
  try {
    const document = parseXml(plaintext)
    const { root, text } = document
    const isAlone = root.start === 0 && root.end === text.length
    return isAlone && isNamed(root, namespaces.saml, local) ? document : undefined
  } catch (error) {
    if (error instanceof SamlError) return undefined
    throw error
  }
}

function privateKeyOf(input: DecryptionKey): KeyObject | undefined {
  if (input instanceof KeyObject) return input
  try {
    return createPrivateKey(input)
  } catch {
    return undefined
  }
}

function refuse(expected: string, received: string): never {
  throw new SamlError('option.invalid', { check: 'sp.decryptionKeys', expected, received })
}

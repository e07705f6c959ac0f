import {
  constants,
  createPublicKey,
  KeyObject,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto'
import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import type { KeyInput } from '../signature/algorithms.ts'
import { el, writeXml, type XmlOutput, type XmlTree } from '../xml/write.ts'
import {
  type ContentEncryption,
  contentCiphers,
  contentUris,
  maskFunctions,
  type OaepHash,
  oaep,
  oaepDigests,
  oaepMgf1p,
} from './algorithms.ts'
import { encryptContent } from './content.ts'

/** For whom and how an element is encrypted. */
export interface Encryption {
  /** The receiver's certificate or public key, RSA of 2048 bits or more. */
  readonly key: KeyInput
  /** Default `aes256-gcm`. */
  readonly content?: ContentEncryption
  /** The hash and the mask function of RSA-OAEP; default `sha1`, which every receiver knows. */
  readonly oaep?: OaepHash
}

const minRsaBits = 2048

/** The element in a `saml:EncryptedAssertion` or the like (saml-core 2.2.4): AES-GCM under RSA-OAEP. */
export function encryptElement(
  name: 'saml:EncryptedAssertion' | 'saml:EncryptedID',
  element: XmlOutput,
  encryption: Encryption,
): XmlTree {
  const { content = 'aes256-gcm', oaep: hash = 'sha1' } = encryption
  const uri = Object.hasOwn(contentUris, content) ? contentUris[content] : undefined
  const cipher = uri === undefined ? undefined : contentCiphers.get(uri)
  if (cipher === undefined || !Object.hasOwn(oaepDigests, hash)) {
    return refuse('encrypt', 'an algorithm that is made', `${content}, ${hash}`)
  }
  const publicKey = encryptionKey(encryption.key)
  const contentKey = randomBytes(cipher.keyBytes)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const encryptedKey = publicEncrypt({ key: publicKey, padding, oaepHash: hash }, contentKey)
  return el(
    name,
    {},
    el(
      'xenc:EncryptedData',
      { Type: `${namespaces.xenc}Element` },
      el('xenc:EncryptionMethod', { Algorithm: uri }),
      el('ds:KeyInfo', {}, el('xenc:EncryptedKey', {}, keyMethod(hash), cipherData(encryptedKey))),
      cipherData(encryptContent(writeXml(element), cipher, contentKey)),
    ),
  )
}

function keyMethod(hash: OaepHash): XmlTree {
  const digest = el('ds:DigestMethod', { Algorithm: oaepDigests[hash] })
  if (hash === 'sha1') return el('xenc:EncryptionMethod', { Algorithm: oaepMgf1p }, digest)
  const mask = el('xenc11:MGF', { Algorithm: maskFunctions[hash] })
  return el('xenc:EncryptionMethod', { Algorithm: oaep }, digest, mask)
}

function cipherData(octets: Buffer): XmlTree {
  return el('xenc:CipherData', {}, el('xenc:CipherValue', {}, octets.toString('base64')))
}

/** The public key to encrypt for; a private key is refused although Node would take it. */
export function encryptionKey(input: KeyInput): KeyObject {
  const key = publicKeyOf(input)
  const bits = key?.asymmetricKeyDetails?.modulusLength ?? 0
  if (key?.type === 'public' && key.asymmetricKeyType === 'rsa' && bits >= minRsaBits) return key
  return refuse(
    'encrypt.key',
    `a certificate or public key, RSA of ${minRsaBits} bits or more`,
    key === undefined ? 'no such key' : `a ${key.type} ${key.asymmetricKeyType ?? ''} key`,
  )
}

function publicKeyOf(input: KeyInput): KeyObject | undefined {
  if (input instanceof KeyObject) return input
  try {
    if (/-----BEGIN CERTIFICATE-----/.test(input)) return new X509Certificate(input).publicKey
    return /-----BEGIN PUBLIC KEY-----/.test(input) ? createPublicKey(input) : undefined
  } catch {
    return undefined
  }
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('option.invalid', { check, expected, received })
}

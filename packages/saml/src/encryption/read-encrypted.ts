import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { decodeLooseBase64 } from '../protocol/base64.ts'
import type { Allowed } from '../signature/algorithms.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, child, children, elementsOf, isNamed, textOf } from '../xml/read.ts'
import { sequence, slot } from '../xml/sequence.ts'
import {
  type ContentCipher,
  contentCiphers,
  maskFunctions,
  type OaepHash,
  oaep,
  oaepDigests,
  oaepMgf1p,
} from './algorithms.ts'
import type { OaepHashes } from './oaep.ts'

/** An encrypted element taken apart, before anything is decrypted. */
export interface Encrypted {
  readonly content: ContentCipher
  readonly ciphertext: Buffer
  readonly keys: readonly EncryptedKey[]
}

/** A content key under somebody's public key. */
export interface EncryptedKey {
  readonly hashes: OaepHashes
  readonly ciphertext: Buffer
}

const elementType = `${namespaces.xenc}Element`
const maxKeys = 4

const dataContent = [
  slot('xenc:EncryptionMethod'),
  slot('ds:KeyInfo?'),
  slot('xenc:CipherData'),
] as const
const keyContent = [
  slot('xenc:EncryptionMethod'),
  slot('ds:KeyInfo?'),
  slot('xenc:CipherData'),
  slot('xenc:EncryptionProperties?'),
  slot('xenc:ReferenceList?'),
  slot('xenc:CarriedKeyName?'),
] as const
const holderContent = [slot('xenc:EncryptedData'), slot('xenc:EncryptedKey*')] as const

/**
 * Reads an EncryptedAssertion, EncryptedID or EncryptedAttribute (saml-core 2.2.4): an EncryptedData
 * with the keys in its KeyInfo or beside it. References, to keys and to ciphertext, are not followed
 * (R6). CBC must be allowed by name and stand in what a signature covers (R14).
 */
export function readEncrypted(holder: XmlElement, allowed: Allowed, isSigned: boolean): Encrypted {
  const code = 'encryption.structure'
  const [[data], beside] = sequence(holder, holderContent, code)
  if (data === undefined) return malformed(holder, 'EncryptedData', 'none')
  const type = attribute(data, 'Type')
  if (type !== undefined && type !== elementType) malformed(data, elementType, type)
  const [[method], [info], [cipher]] = sequence(data, dataContent, code)
  if (method === undefined || cipher === undefined) return malformed(data, 'its parts', 'none')
  const inside = info === undefined ? [] : children(info, namespaces.xenc, 'EncryptedKey')
  const keys = [...inside, ...beside]
  if (keys.length === 0 || keys.length > maxKeys) {
    malformed(holder, `1 to ${maxKeys} EncryptedKeys`, String(keys.length))
  }
  return {
    content: readContentMethod(method, allowed, isSigned),
    ciphertext: readCipherData(cipher),
    keys: keys.map(readKey),
  }
}

function readKey(element: XmlElement): EncryptedKey {
  const [[method], , [cipher]] = sequence(element, keyContent, 'encryption.structure')
  if (method === undefined || cipher === undefined) return malformed(element, 'its parts', 'none')
  return { hashes: readKeyMethod(method), ciphertext: readCipherData(cipher) }
}

function readContentMethod(method: XmlElement, allowed: Allowed, isSigned: boolean): ContentCipher {
  const uri = attribute(method, 'Algorithm') ?? 'none'
  const found = contentCiphers.get(uri) ?? unsupported('content encryption', 'AES-GCM', uri)
  if (elementsOf(method).length > 0) malformed(method, 'no parameters', 'some')
  if (found.weak === undefined) return found
  if (!allowed.has(found.weak)) unsupported('content encryption', 'AES-GCM', uri)
  if (!isSigned) unsupported('CBC', 'a signature over the ciphertext', 'none')
  return found
}

function readKeyMethod(method: XmlElement): OaepHashes {
  const uri = attribute(method, 'Algorithm') ?? 'none'
  if (uri !== oaep && uri !== oaepMgf1p) unsupported('key transport', 'RSA-OAEP', uri)
  const digest = child(method, namespaces.ds, 'DigestMethod')
  const mask = child(method, namespaces.xenc11, 'MGF')
  const known = (digest === undefined ? 0 : 1) + (mask === undefined ? 0 : 1)
  if (elementsOf(method).length > known) malformed(method, 'DigestMethod and MGF', 'more')
  if (mask !== undefined && uri === oaepMgf1p) malformed(method, 'no MGF', 'one')
  return {
    digest: hashNamed(oaepDigests, digest, 'digest of RSA-OAEP'),
    mask: hashNamed(maskFunctions, mask, 'mask function of RSA-OAEP'),
  }
}

/** SHA-1 where none is named (XML Encryption 1.1, 5.5.2). */
function hashNamed(
  uris: Readonly<Record<OaepHash, string>>,
  method: XmlElement | undefined,
  check: string,
): OaepHash {
  if (method === undefined) return 'sha1'
  const uri = attribute(method, 'Algorithm') ?? 'none'
  const hashes: readonly OaepHash[] = ['sha1', 'sha256', 'sha384', 'sha512']
  return hashes.find(hash => uris[hash] === uri) ?? unsupported(check, 'SHA-1 or SHA-2', uri)
}

function readCipherData(data: XmlElement): Buffer {
  const [value, ...others] = elementsOf(data)
  if (value === undefined || others.length > 0 || !isNamed(value, namespaces.xenc, 'CipherValue')) {
    return malformed(data, 'one CipherValue', value?.local ?? 'none')
  }
  if (value.children.length !== 1) malformed(value, 'one run of text', 'something else')
  return decodeLooseBase64(textOf(value), 'CipherValue')
}

function unsupported(check: string, expected: string, received: string): never {
  throw new SamlError('encryption.algorithm', { check, expected, received })
}

function malformed(element: XmlElement, expected: string, received: string): never {
  throw new SamlError('encryption.structure', {
    check: `content of ${element.local}`,
    expected,
    received,
  })
}

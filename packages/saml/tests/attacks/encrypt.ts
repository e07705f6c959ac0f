/**
 * XML Encryption as a sender does it (XML Encryption 1.1), written apart from the library so that
 * each part can be made wrong.
 */
import {
  constants,
  createCipheriv,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { parseXml, SamlError, type SamlErrorCode } from '@rolecall/saml'
import { sp } from '../forge.ts'
import { ns } from './attack.ts'

/** The refusals of what cannot be decrypted, or decrypts to something else than one assertion. */
export const decryptionCodes: readonly SamlErrorCode[] = [
  'encryption.structure',
  'encryption.algorithm',
  'encryption.failed',
]

const recipient = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The service provider with the key that its metadata publishes for encryption. */
export const decryptingSp = { ...sp, decryptionKeys: [recipient.privateKey] }
export const encryptionKey = recipient.publicKey

const enc11 = 'http://www.w3.org/2009/xmlenc11#'

/** What can be made otherwise than it should be. */
export interface Encryption {
  /** Length of the GCM tag that is sent. */
  readonly tagBytes?: number
  readonly content?: 'aes128-gcm' | 'aes256-gcm' | 'aes128-cbc' | 'aes256-cbc'
  readonly transport?: 'oaep' | 'pkcs1'
  /** The bytes of CipherValue: IV, ciphertext, tag. */
  readonly bytes?: (sealed: Buffer) => Buffer
  /** The text of the EncryptedAssertion. */
  readonly text?: (xml: string) => string
  /** Names the key after the EncryptedData, inside EncryptedAssertion, in place of its KeyInfo. */
  readonly isKeyBeside?: boolean
}

/** An EncryptedAssertion with that plaintext. */
export function encrypt(plaintext: string, how: Encryption = {}): string {
  const { content = 'aes256-gcm', transport = 'oaep', bytes, text, isKeyBeside = false } = how
  const isGcm = content.endsWith('gcm')
  const key = randomBytes(content.startsWith('aes128') ? 16 : 32)
  const iv = randomBytes(isGcm ? 12 : 16)
  const sealed = isGcm
    ? sealGcm(key, iv, plaintext, how.tagBytes ?? 16)
    : sealCbc(key, iv, plaintext)
  const value = (bytes === undefined ? sealed : bytes(sealed)).toString('base64')
  const encryptedKey = keyElement(key, transport)
  const keyInfo = isKeyBeside ? '' : `<ds:KeyInfo xmlns:ds="${ns.ds}">${encryptedKey}</ds:KeyInfo>`
  const xml =
    `<saml:EncryptedAssertion xmlns:saml="${ns.saml}"><xenc:EncryptedData xmlns:xenc="${ns.enc}" Type="${ns.enc}Element">` +
    `<xenc:EncryptionMethod Algorithm="${isGcm ? enc11 : ns.enc}${content}"></xenc:EncryptionMethod>${keyInfo}` +
    `<xenc:CipherData><xenc:CipherValue>${value}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>` +
    `${isKeyBeside ? encryptedKey : ''}</saml:EncryptedAssertion>`
  return text === undefined ? xml : text(xml)
}

function sealGcm(key: Buffer, iv: Buffer, plaintext: string, authTagLength: number): Buffer {
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, iv)
  const body = Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final()])
  return Buffer.concat([body, cipher.getAuthTag().subarray(0, authTagLength)])
}

function sealCbc(key: Buffer, iv: Buffer, plaintext: string): Buffer {
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-cbc' : 'aes-256-cbc', key, iv)
  return Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final()])
}

function keyElement(key: Buffer, transport: 'oaep' | 'pkcs1'): string {
  const isOaep = transport === 'oaep'
  const wrapped = publicEncrypt(
    isOaep
      ? { key: recipient.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
      : { key: recipient.publicKey, padding: constants.RSA_PKCS1_PADDING },
    key,
  )
  const method = isOaep
    ? `<xenc:EncryptionMethod Algorithm="${ns.enc}rsa-oaep-mgf1p"><ds:DigestMethod xmlns:ds="${ns.ds}" Algorithm="${ns.ds}sha1"></ds:DigestMethod></xenc:EncryptionMethod>`
    : `<xenc:EncryptionMethod Algorithm="${ns.enc}rsa-1_5"></xenc:EncryptionMethod>`
  return `<xenc:EncryptedKey xmlns:xenc="${ns.enc}">${method}<xenc:CipherData><xenc:CipherValue>${wrapped.toString('base64')}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>`
}

/** A message with each Assertion of its root encrypted, whatever else was done to it. */
export function encryptAssertions(xml: string): string {
  const whole = /<saml:Assertion .*<\/saml:Assertion>/s
  try {
    const { root, text } = parseXml(xml)
    const assertions = root.children.filter(
      each => each.kind === 'element' && each.name === 'saml:Assertion',
    )
    return assertions.reduceRight((changed, each) => {
      if (each.kind !== 'element') return changed
      const { start, end } = each
      return changed.slice(0, start) + encrypt(text.slice(start, end)) + changed.slice(end)
    }, text)
  } catch (error) {
    // What does not parse is encrypted from the first tag of an assertion to the last.
    if (!(error instanceof SamlError)) throw error
    return xml.replace(whole, found => encrypt(found))
  }
}

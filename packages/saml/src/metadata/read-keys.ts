import { X509Certificate } from 'node:crypto'
import { defined } from '../defined.ts'
import { namespaces } from '../names.ts'
import { decodeBase64 } from '../protocol/base64.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, child, children, textOf } from '../xml/read.ts'
import { malformed } from './malformed.ts'
import type { EncryptionMethod, KeyEncryptionMethods, RoleMetadata } from './model.ts'
import { some, trimmedText } from './read-value.ts'

/** What the KeyDescriptors of a role hold. */
export type RoleKeys = Pick<
  RoleMetadata,
  'signingCertificates' | 'encryptionCertificates' | 'encryptionMethods'
>

/**
 * The certificates of a role in document order (saml-metadata 2.4.1.1): a KeyDescriptor without
 * `use` serves both uses; of each X509Data the first certificate is the key's. A KeyInfo without
 * certificate, or with one that is not the canonical base64 of a certificate, is passed over.
 * Neither chain nor dates are judged: the key is what metadata vouches for (saml-metadata-iop 2.6.1).
 */
export function readKeys(role: XmlElement): RoleKeys {
  const signing = new Set<string>()
  const encryption = new Map<string, EncryptionMethod[]>()
  // To parse a certificate is most of the cost of an entity, and many stand twice, once for each use.
  const known = new Map<string, readonly string[]>()
  for (const descriptor of children(role, namespaces.md, 'KeyDescriptor')) {
    const use = attribute(descriptor, 'use')
    if (use !== undefined && use !== 'signing' && use !== 'encryption') {
      malformed('use', 'signing or encryption', use)
    }
    const certificates = certificatesOf(descriptor, known)
    if (use !== 'encryption') for (const each of certificates) signing.add(each)
    if (use === 'signing') continue
    const methods = children(descriptor, namespaces.md, 'EncryptionMethod').map(methodOf)
    for (const each of certificates) {
      const before = encryption.get(each)
      if (before === undefined) encryption.set(each, [...methods])
      else before.push(...methods)
    }
  }
  return defined({
    signingCertificates: Object.freeze([...signing]),
    encryptionCertificates: Object.freeze([...encryption.keys()]),
    encryptionMethods: some(Object.freeze(withMethods(encryption))),
  })
}

function withMethods(
  encryption: ReadonlyMap<string, readonly EncryptionMethod[]>,
): KeyEncryptionMethods[] {
  return [...encryption]
    .filter(([, methods]) => methods.length > 0)
    .map(([certificate, methods]) =>
      Object.freeze({ certificate, methods: Object.freeze(methods) }),
    )
}

function methodOf(element: XmlElement): EncryptionMethod {
  const algorithm = attribute(element, 'Algorithm') ?? ''
  if (algorithm === '') malformed('Algorithm of an EncryptionMethod', 'an algorithm', 'none')
  const size = child(element, namespaces.xenc, 'KeySize')
  const params = child(element, namespaces.xenc, 'OAEPparams')
  const digest = child(element, namespaces.ds, 'DigestMethod')
  const mgf = child(element, namespaces.xenc11, 'MGF')
  return defined({
    algorithm,
    keySize: size === undefined ? undefined : keySizeOf(trimmedText(size)),
    oaepParams: params === undefined ? undefined : trimmedText(params),
    digest: digest === undefined ? undefined : attribute(digest, 'Algorithm'),
    mgf: mgf === undefined ? undefined : attribute(mgf, 'Algorithm'),
  })
}

function keySizeOf(text: string): number {
  return /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : malformed('KeySize', 'bits', text)
}

function certificatesOf(
  descriptor: XmlElement,
  known: Map<string, readonly string[]>,
): readonly string[] {
  const info = child(descriptor, namespaces.ds, 'KeyInfo')
  if (info === undefined) return malformed('KeyDescriptor', 'a ds:KeyInfo', 'none')
  return children(info, namespaces.ds, 'X509Data').flatMap(data =>
    children(data, namespaces.ds, 'X509Certificate')
      .slice(0, 1)
      .flatMap(element => {
        const base64 = textOf(element).replace(/[\t\n\r ]+/g, '')
        const found = known.get(base64) ?? readCertificate(base64)
        known.set(base64, found)
        return found
      }),
  )
}

function readCertificate(base64: string): readonly string[] {
  try {
    return [pemOf(decodeBase64(base64, 'X509Certificate'))]
  } catch {
    return []
  }
}

function pemOf(der: Buffer): string {
  const certificate = new X509Certificate(der)
  // OpenSSL reads PEM here too, and leaves out what follows the certificate.
  if (!certificate.raw.equals(der)) throw new TypeError('more than a certificate')
  return certificate.toString()
}

import { X509Certificate } from 'node:crypto'
import { namespaces } from '../names.ts'
import { decodeBase64 } from '../protocol/base64.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, child, children, textOf } from '../xml/read.ts'
import { malformed } from './malformed.ts'

/** What the KeyDescriptors of a role hold, as PEM certificates by use. */
export interface RoleCertificates {
  readonly signing: readonly string[]
  readonly encryption: readonly string[]
}

/**
 * The certificates of a role (saml-metadata 2.4.1.1): a KeyDescriptor without `use` serves both
 * uses; of each X509Data the first certificate is the key's. A KeyInfo without certificate, or with
 * one that is not the canonical base64 of a certificate, is passed over. Neither chain nor dates are judged: the key is what metadata vouches for
 * (saml-metadata-iop 2.6.1).
 */
export function readCertificates(role: XmlElement): RoleCertificates {
  const signing: string[] = []
  const encryption: string[] = []
  for (const descriptor of children(role, namespaces.md, 'KeyDescriptor')) {
    const use = attribute(descriptor, 'use')
    if (use !== undefined && use !== 'signing' && use !== 'encryption') {
      malformed('use', 'signing or encryption', use)
    }
    const info = child(descriptor, namespaces.ds, 'KeyInfo')
    if (info === undefined) return malformed('KeyDescriptor', 'a ds:KeyInfo', 'none')
    const certificates = children(info, namespaces.ds, 'X509Data').flatMap(data =>
      children(data, namespaces.ds, 'X509Certificate').slice(0, 1).flatMap(readCertificate),
    )
    if (use !== 'encryption') signing.push(...certificates)
    if (use !== 'signing') encryption.push(...certificates)
  }
  return { signing: distinct(signing), encryption: distinct(encryption) }
}

function readCertificate(element: XmlElement): readonly string[] {
  const base64 = textOf(element).replace(/[\t\n\r ]+/g, '')
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

function distinct(certificates: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(certificates)])
}

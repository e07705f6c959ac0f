import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Secret } from '@rolecall/aws'
import { checkKey, SamlError } from '@rolecall/saml'
import type { SamlKeyPair } from './config.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'

/** Where a pair stands, and what its dates are held against. */
interface Place {
  readonly path: KeyPath
  readonly report: Report
  readonly now: Date
}

/**
 * One of our SAML key pairs; undefined when it cannot be one, which was reported then. A certificate
 * that has ended is a warning: most providers look at its key alone.
 */
export function readSamlKeyPair(
  texts: { readonly certificate: string; readonly key: Secret },
  place: Place,
): SamlKeyPair | undefined {
  const { path, report } = place
  const certificate = readCertificate(texts.certificate)
  if (certificate === undefined) {
    const remedy = 'give a file with one PEM certificate: -----BEGIN CERTIFICATE-----'
    report.problem([...path, 'certificate'], 'this is no PEM certificate', remedy)
  }
  const key = readPrivateKey(texts.key)
  if (key === undefined) {
    const remedy = 'give the private key as PEM without a passphrase: -----BEGIN PRIVATE KEY-----'
    report.problem([...path, 'key'], 'this is no PEM private key that can be read', remedy)
  }
  if (certificate === undefined || key === undefined) return undefined
  if (!certificate.checkPrivateKey(key)) {
    const remedy = 'give the certificate that was made for this key'
    report.problem([...path, 'certificate'], 'it does not belong to its key', remedy)
    return undefined
  }
  const pem = certificate.toString()
  if (!isStrong(pem)) {
    const message = 'the key is none that may sign'
    const remedy = 'make one: RSA of 2048 bits or more, or EC on P-256, P-384 or P-521'
    report.problem([...path, 'key'], message, remedy)
    return undefined
  }
  checkDates(certificate, place)
  return { certificate: pem, key }
}

/** Whether what was encrypted for its certificate can be read: SAML encrypts to RSA keys. */
export function canDecrypt({ key }: SamlKeyPair): boolean {
  return key.asymmetricKeyType === 'rsa'
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return pem.includes('-----BEGIN CERTIFICATE-----') ? new X509Certificate(pem) : undefined
  } catch {
    return undefined
  }
}

function readPrivateKey(pem: Secret): KeyObject | undefined {
  try {
    return createPrivateKey(pem.reveal())
  } catch {
    return undefined
  }
}

function isStrong(certificate: string): boolean {
  try {
    checkKey(certificate)
    return true
  } catch (error) {
    if (error instanceof SamlError) return false
    throw error
  }
}

function checkDates(certificate: X509Certificate, { path, report, now }: Place): void {
  const { validFromDate, validToDate } = certificate
  const remedy = 'make a new certificate for the key, and give our metadata to the providers again'
  const warn = (message: string) => report.warning([...path, 'certificate'], message, remedy)
  if (now > validToDate) warn(`it ended on ${day(validToDate)}: some providers refuse it`)
  else if (now < validFromDate) warn(`it begins on ${day(validFromDate)}: some providers refuse it`)
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

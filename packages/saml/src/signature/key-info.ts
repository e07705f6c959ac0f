import { type KeyObject, X509Certificate } from 'node:crypto'
import { SamlError } from '../errors.ts'
import { el, type XmlOutput } from '../xml/write.ts'

/**
 * A ds:KeyInfo that holds one PEM certificate (xmldsig-core 4.5.4), its base64 without line breaks.
 * With a private key, a certificate of another key is refused: nobody could verify with it.
 */
export function keyInfo(pem: string, key?: KeyObject): XmlOutput {
  const certificate = certificateOf(pem)
  if (key !== undefined && !certificate.checkPrivateKey(key)) {
    throw new SamlError('option.invalid', {
      check: 'certificate',
      expected: 'the certificate of the signing key',
      received: certificate.subject,
    })
  }
  const base64 = certificate.raw.toString('base64')
  return el('ds:KeyInfo', {}, el('ds:X509Data', {}, el('ds:X509Certificate', {}, base64)))
}

function certificateOf(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new SamlError('option.invalid', {
      check: 'certificate',
      expected: 'a PEM X.509 certificate',
    })
  }
}
